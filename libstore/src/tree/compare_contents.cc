// tree/compare_contents.cc - how much two files share. Both list trees are taken apart level by level
// from the top; nodes that both have are shared and never read.
#include <string>
#include <unordered_map>

#include "tree/list_node.h"
#include "vstore/error.h"
#include "vstore/file.h"

namespace vstore {
namespace {

// What is left of one file on some height: 0 are chunks, n > 0 nodes of level n - 1. Repeated parts
// (a file of zeros) are kept once, with the number of times.
struct Parts {
  struct Part {
    std::uint64_t bytes;
    std::uint64_t times;
  };
  unsigned height = 0;
  std::unordered_map<Id, Part> parts;

  void add(const Id& id, std::uint64_t bytes, std::uint64_t times) {
    parts.try_emplace(id, Part{bytes, 0}).first->second.times += times;
  }
};

Parts whole(const ObjectReader& reader, const Id& id) {
  ContentRoot content;
  load_content(reader, id, content);
  Parts parts;
  parts.height = content.is_list ? content.root.level() + 1 : 0;
  parts.add(id, content.size, 1);
  return parts;
}

Parts taken_apart(const ObjectReader& reader, const Parts& upper) {
  Parts lower;
  lower.height = upper.height - 1;
  ListNode node;
  for (const auto& [id, part] : upper.parts) {
    load_list_node(reader, id, node);
    if (node.level() != lower.height || node.bytes() != part.bytes) {
      throw Error(ErrorCode::damaged, "damaged list node: it is not what its parent says ('" + id.hex() + "')");
    }
    for (std::size_t i = 0; i < node.count(); ++i) {
      const ListEntry entry = node.entry(i);
      lower.add(entry.id, entry.bytes, part.times);
    }
  }
  return lower;
}

// Removes what both have and returns its bytes in `after`.
std::uint64_t take_shared(Parts& before, Parts& after) {
  std::uint64_t bytes = 0;
  for (auto it = after.parts.begin(); it != after.parts.end();) {
    if (before.parts.erase(it->first) == 0) {
      ++it;
      continue;
    }
    bytes += it->second.bytes * it->second.times;
    it = after.parts.erase(it);
  }
  return bytes;
}

}  // namespace

ContentShare compare_contents(const ObjectReader& reader, const Id& before, const Id& after) {
  Parts old_parts = whole(reader, before);
  Parts new_parts = whole(reader, after);
  ContentShare share{old_parts.parts.at(before).bytes, new_parts.parts.at(after).bytes, 0};
  for (;;) {
    if (old_parts.height == new_parts.height) share.shared_bytes += take_shared(old_parts, new_parts);
    if (old_parts.parts.empty() || new_parts.parts.empty()) return share;
    const unsigned height = std::max(old_parts.height, new_parts.height);
    if (height == 0) return share;
    if (old_parts.height == height) old_parts = taken_apart(reader, old_parts);
    if (new_parts.height == height) new_parts = taken_apart(reader, new_parts);
  }
}

}  // namespace vstore
