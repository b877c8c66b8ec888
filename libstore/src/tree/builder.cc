// tree/builder.cc - builds a tree from sorted entries.
#include "tree/key_order.h"
#include "tree/node_format.h"
#include "tree/node_writer.h"
#include "tree/usage.h"
#include "vstore/tree.h"

namespace vstore {

struct TreeBuilder::State {
  explicit State(ObjectWriter& writer) : out(writer) {}
  TreeWriter out;
  KeyOrder order;
};

TreeBuilder::TreeBuilder(ObjectWriter& writer) : state_(std::make_unique<State>(writer)) {}
TreeBuilder::~TreeBuilder() = default;

void TreeBuilder::add(std::string_view key, const Entry& entry) {
  demand_entry(key, entry);
  KeyOrder& order = state_->order;
  demand_ascending(order.last, key);
  const std::size_t shared = shared_prefix(order.last, key);
  if (const std::size_t upper = order.chain.push(key, shared)) fail_path_conflict(key.substr(0, upper), key);
  order.last.assign(key);
  state_->out.add(0, key, {entry.kind, {1, entry.size}, entry.id});
}

Id TreeBuilder::finish() {
  for (unsigned level = 0;; ++level) {
    if (const auto root = state_->out.close(level)) return root->id;
  }
}

const Id& empty_tree_id() {
  static const Id id = [] {
    const std::uint8_t empty_leaf[] = {tree_format::kVersion, 0, 0};
    return hash_object(ObjectType::tree, empty_leaf);
  }();
  return id;
}

}  // namespace vstore
