#include "workspace/stage_edit.h"

#include <algorithm>

namespace vstore {
namespace {

// About 30 MB of pending edits; a batch costs one pass over the touched part of the tree.
constexpr std::size_t edits_max = 200'000;

}  // namespace

void StageEdit::put(std::string path, std::optional<Entry> entry) {
  if (edits_.size() >= edits_max && may_end_before(path)) apply();
  edits_.push_back({std::move(path), std::move(entry)});
}

/// A file "a" may have been put whose old contents "a/x" are only erased by a later edit. Then all keys up
/// to that one begin with "a", so the batch may end where no put key is a string prefix of what follows.
bool StageEdit::may_end_before(std::string_view path) const {
  for (std::size_t length = 1; length <= path.size(); ++length) {
    const std::string_view prefix = path.substr(0, length);
    const auto at = std::lower_bound(edits_.begin(), edits_.end(), prefix,
                                     [](const TreeEdit& edit, std::string_view key) { return edit.key < key; });
    if (at != edits_.end() && at->key == prefix && at->entry) return false;
  }
  return true;
}

void StageEdit::apply() {
  std::size_t at = 0;
  root_ = edit_tree(Tree(txn_, root_), txn_, [&]() -> std::optional<TreeEdit> {
    if (at == edits_.size()) return std::nullopt;
    return std::move(edits_[at++]);
  });
  edits_.clear();
}

const Id& StageEdit::finish() {
  if (!edits_.empty()) apply();
  return root_;
}

}  // namespace vstore
