// tree/edit.cc - applies sorted edits to a tree and yields exactly the tree that a build of the result
// from scratch would yield.
//
// The idea. On each level, the old nodes are a sorted run of entries, cut here and there. The new level
// is written entry by entry: old ones are copied up to an edit, the edit is applied, and so on, cut by
// the same rule. Whenever a new node ends where an old one ended, the two levels are *in step*: the rule
// depends on nothing before a cut, so up to the next edit the old nodes stand as they are and are not
// even read. An old node that is opened is an erased entry one level up, each node written an added one:
// the level above is edited in the same manner, driven from below. The work is O(edits * depth) nodes.
//
// Per level (see Level):
//  1. All old entries before `at` are dealt with: copied, dropped, or below nodes that stand.
//  2. An old node is opened by dropping it from its parent. So `at` of the parent is the node that
//     follows, and while a level is out of step the levels above need not know where it will end.
//  3. In step: no entry waits in the new node, and the open old node (if any) is used up.
//  4. The last node of a level ends there because the level does, not at a cut. An edit past its end
//     must reopen it: seek() never leaves the last child of a level.
//
// What the idea omits: the tree may grow (levels above the old root are written like any other) and
// shrink (a root with one child is replaced by that child, again and again).
#include <algorithm>
#include <vector>

#include "tree/edit_conflicts.h"
#include "tree/node_format.h"
#include "tree/node_writer.h"
#include "tree/tree_node.h"
#include "tree/usage.h"
#include "vstore/tree.h"

namespace vstore {
namespace {

class Editor {
 public:
  Editor(const Tree& base, ObjectWriter& writer) : base_(base), out_(writer), conflicts_(base) {
    TreeNode root;
    load_node(base.reader(), base.root(), root);
    ++nodes_read_;
    levels_.resize(root.level() + 1);
    levels_.back().node = std::move(root);
    levels_.back().open();
    out_.set_displaced(top(), base.root());
  }

  void apply(const TreeEdit& edit) {
    seek(0, edit.key);
    Level& leaf = levels_[0];
    const bool exists = !leaf.used_up() && leaf.node.key(leaf.at) == edit.key;
    check_conflicts(edit, exists);
    const bool is_no_candidate = exists && leaf.has_failed();
    if (exists) ++leaf.at;
    if (!edit.entry) return;
    out_.add(0, edit.key, {edit.entry->kind, {1, edit.entry->size}, edit.entry->id}, is_no_candidate);
  }

  Id finish() {
    conflicts_.finish();
    for (unsigned level = 0;; ++level) {
      if (level <= top()) copy_until_in_step(level);
      if (const auto root = out_.close(level)) return root->is_new ? root->id : collapse(root->id);
    }
  }

  EditStats stats() const noexcept { return {nodes_read_, out_.nodes_written()}; }

 private:
  struct Level {
    TreeNode node;           // the open old node
    std::size_t at = 0;      // its first entry that is not dealt with
    std::size_t tested = 0;  // its first entry that was tested for a cut
    bool used_up() const noexcept { return at == node.count(); }
    /// The key at `at` is known to be no candidate for a cut: it was tested, and the node went on.
    bool has_failed() const noexcept { return at >= tested && at + 1 < node.count(); }

    void open() noexcept {
      at = tested = 0;
      for (std::uint32_t weight = 0; tested < node.count(); ++tested) {
        weight += key_weight(node.key(tested));
        if (weight >= tree_format::kWeightMin) break;
      }
      if (!node.is_leaf()) tested = std::max(tested, tree_format::kChildrenMin - 1);
    }
  };

  unsigned top() const noexcept { return static_cast<unsigned>(levels_.size()) - 1; }

  void copy_one(unsigned level) {
    Level& old = levels_[level];
    out_.add(level, old.node.key(old.at), old.node.node_entry(old.at), old.has_failed());
    ++old.at;
  }

  // Opens the next old node of a level; false at the end of the level.
  bool open_next(unsigned level) {
    if (level == top()) return false;
    Level& up = levels_[level + 1];
    if (up.used_up() && !open_next(level + 1)) return false;
    load_child(base_.reader(), up.node, up.at, levels_[level].node);
    ++nodes_read_;
    out_.set_displaced(level, up.node.id(up.at));
    levels_[level].open();
    ++up.at;
    return true;
  }

  // True if the open old node of `level` is the last one there.
  bool is_last_node(unsigned level) const noexcept {
    for (unsigned up = level + 1; up <= top(); ++up) {
      if (!levels_[up].used_up()) return false;
    }
    return true;
  }

  // Moves `level` to its first old entry >= key, or to its end. Above level 0, the last entry of the
  // level counts as such (invariant 4).
  void seek(unsigned level, std::string_view key) {
    for (;;) {
      copy_before(level, key);
      if (!levels_[level].used_up()) return;
      const bool in_step = out_.empty(level);
      if (in_step && level < top()) seek(level + 1, key);
      if (!open_next(level)) return;
    }
  }

  void copy_before(unsigned level, std::string_view key) {
    Level& old = levels_[level];
    const std::size_t end = old.node.lower_bound(key, old.at);
    const bool keep_last = level > 0 && end == old.node.count() && is_last_node(level);
    while (old.at + (keep_last ? 1 : 0) < end) copy_one(level);
  }

  void copy_until_in_step(unsigned level) {
    for (;;) {
      while (!levels_[level].used_up()) copy_one(level);
      if (out_.empty(level) || !open_next(level)) return;
    }
  }

  // The old entry before the position on level 0, or empty.
  std::string_view key_before() const noexcept {
    if (levels_[0].at > 0) return levels_[0].node.key(levels_[0].at - 1);
    for (unsigned up = 1; up <= top(); ++up) {
      // The open node is the entry before `at`; the one before that ends with the key wanted.
      if (levels_[up].at > 1) return levels_[up].node.key(levels_[up].at - 2);
    }
    return {};
  }

  void check_conflicts(const TreeEdit& edit, bool exists) {
    if (!edit.entry) {
      conflicts_.erase(edit.key, exists);
    } else if (exists) {
      conflicts_.change(edit.key);
    } else {
      const Level& leaf = levels_[0];
      const std::string_view after = leaf.used_up() ? std::string_view() : leaf.node.key(leaf.at);
      conflicts_.add(edit.key, key_before(), after);
    }
  }

  // The map shrank to the old subtree `root`, whose top nodes may have a single child.
  Id collapse(Id root) {
    TreeNode node;
    for (;;) {
      load_node(base_.reader(), root, node);
      ++nodes_read_;
      if (node.is_leaf() || node.count() > 1) return root;
      root = node.id(0);
    }
  }

  const Tree& base_;
  TreeWriter out_;
  EditConflicts conflicts_;
  std::vector<Level> levels_;
  std::uint64_t nodes_read_ = 0;
};

}  // namespace

Id edit_tree(const Tree& base, ObjectWriter& writer,
             const std::function<std::optional<TreeEdit>()>& next_edit, EditStats* stats) {
  std::optional<Editor> editor;
  std::string previous;
  while (std::optional<TreeEdit> edit = next_edit()) {
    if (!editor) editor.emplace(base, writer);
    demand_key(edit->key);
    if (edit->entry) demand_entry(edit->key, *edit->entry);
    demand_ascending(previous, edit->key);
    editor->apply(*edit);
    previous.swap(edit->key);
  }
  const Id root = editor ? editor->finish() : base.root();
  if (stats != nullptr) *stats = editor ? editor->stats() : EditStats{};
  return root;
}

}  // namespace vstore
