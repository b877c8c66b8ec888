// tree/list_builder.cc - strings chunks together. The levels work as those of a tree do
// (tree/node_writer.h); only the rule for cuts differs: it looks at ids, since there are no keys.
#include <algorithm>
#include <deque>
#include <optional>

#include "base/check.h"
#include "base/coding.h"
#include "tree/list_format.h"
#include "tree/list_node.h"
#include "vstore/error.h"
#include "vstore/file.h"

namespace vstore {

using namespace list_format;

namespace {

/// The node under construction on one level.
class ListNodeWriter {
 public:
  explicit ListNodeWriter(unsigned level) : level_(level) {}

  /// Appends; true if the node is complete.
  bool add(const ListEntry& entry) {
    put_varint(sizes_, entry.bytes);
    if (level_ > 0) put_varint(counts_, entry.chunks);
    put_id(ids_, entry.id);
    total_.chunks += entry.chunks;
    total_.bytes += entry.bytes;
    last_ = entry.id;
    return list_node_ends(level_, ++count_, entry.id);
  }

  std::size_t count() const noexcept { return count_; }
  std::uint64_t bytes() const noexcept { return total_.bytes; }
  const Id& last() const noexcept { return last_; }

  ListEntry flush(ObjectWriter& writer, const Id* displaced) {
    VSTORE_CHECK(level_ <= kLevelMax);
    node_.clear();
    put_u8(node_, kVersion);
    put_u8(node_, static_cast<std::uint8_t>(level_));
    put_varint(node_, count_);
    for (Bytes* column : {&sizes_, &counts_, &ids_}) {
      put_bytes(node_, ByteView(*column));
      column->clear();
    }
    ListEntry entry = total_;
    entry.id = writer.put(ObjectType::list, node_, displaced);
    total_ = {0, 0, {}};
    count_ = 0;
    return entry;
  }

 private:
  unsigned level_;
  std::size_t count_ = 0;
  ListEntry total_{0, 0, {}};
  Id last_;
  Bytes sizes_;
  Bytes counts_;
  Bytes ids_;
  Bytes node_;  // scratch
};

/// The nodes of the previous version. A hint: whatever is wrong with them, there is none.
class OldNodes {
 public:
  OldNodes(const ObjectReader* reader, const Id* content) : reader_(reader) {
    if (reader == nullptr || content == nullptr || content->is_null()) return;
    try {
      load_content(*reader, root_id_ = *content, content_);
    } catch (const Error&) {
      content_.is_list = false;
    }
  }

  /// The node of `level` that holds the byte at `offset`.
  std::optional<Id> find(unsigned level, std::uint64_t offset) {
    if (!content_.is_list || level > content_.root.level()) return std::nullopt;
    if (level == content_.root.level()) return root_id_;
    try {
      return descend(level, std::min(offset, content_.size - 1));
    } catch (const Error&) {
      return std::nullopt;
    }
  }

 private:
  Id descend(unsigned level, std::uint64_t offset) {
    const ListNode* node = &content_.root;
    for (;;) {
      const std::size_t i = node->find(offset);
      if (node->level() == level + 1) return node->entry(i).id;
      offset -= node->begin(i);
      load_list_child(*reader_, *node, i, child_);
      std::swap(node_, child_);
      node = &node_;
    }
  }

  const ObjectReader* reader_;
  Id root_id_;
  ContentRoot content_;
  ListNode node_;   // scratch
  ListNode child_;  // scratch
};

}  // namespace

struct ListBuilder::State {
  State(ObjectWriter& w, const ObjectReader* reader, const Id* displaced) : writer(w), old(reader, displaced) {}

  struct Level {
    explicit Level(unsigned n) : level(n), node(n) {}
    unsigned level;
    ListNodeWriter node;
    std::uint64_t flushed = 0;
    std::uint64_t flushed_bytes = 0;
  };

  void add(unsigned level, const ListEntry& entry) {
    if (levels.size() == level) levels.emplace_back(level);
    Level& here = levels[level];
    if (here.node.add(entry)) add(level + 1, flush(here));
  }

  // The middle of a node is the place least likely to have moved into a neighbour.
  ListEntry flush(Level& here) {
    const std::uint64_t middle = here.flushed_bytes + here.node.bytes() / 2;
    const std::optional<Id> displaced = old.find(here.level, middle);
    const ListEntry entry = here.node.flush(writer, displaced ? &*displaced : nullptr);
    ++here.flushed;
    here.flushed_bytes += entry.bytes;
    return entry;
  }

  Id finish() {
    if (levels.empty()) return hash_object(ObjectType::chunk, {});
    for (unsigned level = 0;; ++level) {
      Level& here = levels[level];
      const bool is_top = here.flushed == 0 && level + 1 == levels.size();
      if (is_top && here.node.count() == 1) return here.node.last();
      if (here.node.count() == 0) continue;
      const ListEntry node = flush(here);
      if (is_top) return node.id;
      add(level + 1, node);
    }
  }

  ObjectWriter& writer;
  OldNodes old;
  std::deque<Level> levels;  // references stay valid while it grows
  std::uint64_t size = 0;
  bool has_empty = false;
};

ListBuilder::ListBuilder(ObjectWriter& writer, const ObjectReader* reader, const Id* displaced)
    : state_(std::make_unique<State>(writer, reader, displaced)) {}
ListBuilder::~ListBuilder() = default;

void ListBuilder::add(const Id& chunk, std::uint32_t size) {
  if (state_->has_empty || (size == 0 && !state_->levels.empty())) {
    throw Error(ErrorCode::usage, "an empty chunk can only be a whole file");
  }
  state_->has_empty = size == 0;
  if (size == 0) return;
  state_->size += size;
  state_->add(0, {size, 1, chunk});
}

std::uint64_t ListBuilder::size() const noexcept { return state_->size; }

Id ListBuilder::finish() { return state_->finish(); }

}  // namespace vstore
