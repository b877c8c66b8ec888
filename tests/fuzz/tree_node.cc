// A node of a snapshot's map.
#include <algorithm>

#include "fuzz/fuzz.h"
#include "tree/name_rule.h"
#include "tree/node_check.h"
#include "tree/tree_node.h"
#include "unit/tree/node_bytes.h"

using namespace vstore;
using namespace vstore::test;

namespace {

Bytes encoded(const TreeNode& node) {
  NodeBytes out;
  out.level = static_cast<std::uint8_t>(node.level());
  std::string_view previous;
  for (std::size_t i = 0; i < node.count(); ++i) {
    const std::string_view key = node.key(i);
    const std::size_t shared = shared_prefix(previous, key);
    const NodeEntry entry = node.node_entry(i);
    out.add({shared, std::string(key.substr(shared))},
            node.is_leaf() ? static_cast<std::uint64_t>(entry.kind) : entry.totals.count, entry.totals.bytes, entry.id);
    previous = key;
  }
  return out.encode();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  accepts([&] {
    TreeNode node;
    node.decode({bytes, nullptr});
    REQUIRE_THAT(std::ranges::equal(encoded(node), bytes));
    for (std::size_t i = 0; i < node.count(); ++i) {
      REQUIRE_THAT(i == 0 || node.key(i - 1) < node.key(i));
      REQUIRE_THAT(node.lower_bound(node.key(i)) == i);
      REQUIRE_THAT(!node.is_leaf() || name_fault(node.key(i), node.entry(i).kind).empty());
    }
    node_end(node);
  });
  return 0;
}
