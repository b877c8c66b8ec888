// tree/tree.cc - answers about a map that need one descent.
#include "vstore/tree.h"

#include "tree/tree_node.h"

namespace vstore {
namespace {

// Walks from the root to the leaf where `key` is or would be. `pass(node, i)` sees, on every level, the
// position of the first entry with key >= `key`. Stops where there is none.
template <typename Pass>
void descend(const Tree& tree, std::string_view key, Pass&& pass) {
  TreeNode node;
  TreeNode child;
  load_node(tree.reader(), tree.root(), node);
  for (;;) {
    const std::size_t i = node.lower_bound(key);
    pass(node, i);
    if (node.is_leaf() || i == node.count()) return;
    load_child(tree.reader(), node, i, child);
    std::swap(node, child);
  }
}

// Totals of the keys < key.
Totals totals_before(const Tree& tree, std::string_view key) {
  Totals sum;
  descend(tree, key, [&](const TreeNode& node, std::size_t end) {
    for (std::size_t i = 0; i < end; ++i) {
      const Totals part = node.totals(i);
      sum.count += part.count;
      sum.bytes += part.bytes;
    }
  });
  return sum;
}

}  // namespace

std::optional<Entry> Tree::get(std::string_view key) const {
  std::optional<Entry> found;
  descend(*this, key, [&](const TreeNode& node, std::size_t i) {
    if (node.is_leaf() && i < node.count() && node.key(i) == key) found = node.entry(i);
  });
  return found;
}

bool Tree::has_directory(std::string_view directory) const {
  const std::string below = std::string(directory) + '/';
  bool found = false;
  descend(*this, below, [&](const TreeNode& node, std::size_t i) {
    if (node.is_leaf() && i < node.count()) found = node.key(i).starts_with(below);
  });
  return found;
}

Totals Tree::totals() const {
  TreeNode node;
  load_node(*reader_, root_, node);
  return node.totals();
}

Totals Tree::totals(std::string_view from, std::string_view to) const {
  if (!to.empty() && to <= from) return {};
  const Totals before = from.empty() ? Totals{} : totals_before(*this, from);
  const Totals until = to.empty() ? totals() : totals_before(*this, to);
  return {until.count - before.count, until.bytes - before.bytes};
}

Totals Tree::totals_prefix(std::string_view prefix) const { return totals(prefix, prefix_end(prefix)); }

std::uint64_t Tree::rank(std::string_view key) const { return totals_before(*this, key).count; }

std::string prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace vstore
