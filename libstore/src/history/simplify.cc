#include "history/simplify.h"

namespace vstore {
namespace {

/// Left out of the range, but not its edge: such a side of a merge must not decide what is shown.
bool is_irrelevant(const CommitNode& node) {
  return (node.flags & (kLogExcluded | kLogBottom)) == kLogExcluded;
}

}  // namespace

bool PathHistory::same_paths(const Id& before, const Id& after) const {
  return !paths_.differ(Tree(reader_, before), Tree(reader_, after));
}

void PathHistory::simplify(CommitNode& node) {
  if (node.parents_count == 0) {
    if (same_paths(empty_tree_id(), node.tree)) node.flags |= kLogSame;
    return;
  }
  bool has_relevant = false;
  bool relevant_change = false;
  bool irrelevant_change = false;
  for (std::size_t i = 0; i < node.parents_count; ++i) {
    CommitNode& parent = graph_.read(graph_.parent(node, i));
    const bool relevant = !is_irrelevant(parent);
    has_relevant |= relevant;
    if (i == 1 && first_parent_) break;
    if (!same_paths(parent.tree, node.tree)) {
      (relevant ? relevant_change : irrelevant_change) = true;
    } else if (relevant) {
      CommitGraph::keep_parent(node, i);
      node.flags |= kLogSame;
      return;
    }
  }
  if (!(has_relevant ? relevant_change : irrelevant_change)) node.flags |= kLogSame;
}

CommitNode* PathHistory::only_relevant_parent(const CommitNode& node) const {
  if (node.parents_count == 1 || first_parent_) return &graph_.parent(node, 0);
  CommitNode* only = nullptr;
  for (CommitNode* parent : graph_.parents(node)) {
    if (is_irrelevant(*parent)) continue;
    if (only != nullptr) return nullptr;
    only = parent;
  }
  return only;
}

CommitNode* PathHistory::nearest_change(CommitNode* node) const {
  while (node != nullptr && (node->flags & kLogSame) != 0) {
    if ((node->flags & kLogExcluded) != 0 || node->parents_count == 0) return nullptr;
    node = only_relevant_parent(*node);
  }
  return node;
}

}  // namespace vstore
