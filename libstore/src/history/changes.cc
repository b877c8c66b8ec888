// history/changes.cc - the differences between two snapshots, as people speak of them.
#include <algorithm>

#include "history/path_set.h"
#include "vstore/history.h"

namespace vstore {
namespace {

ChangeStatus status_of(const TreeChange& change) {
  if (!change.before) return ChangeStatus::added;
  if (!change.after) return ChangeStatus::deleted;
  const bool was_link = change.before->kind == Kind::symlink;
  const bool is_link = change.after->kind == Kind::symlink;
  return was_link == is_link ? ChangeStatus::modified : ChangeStatus::type_changed;
}

Change as_change(TreeChange&& from) {
  Change change{status_of(from), {}, {}, from.before, from.after};
  if (from.before && from.after) change.old_path = from.key;
  (from.after ? change.new_path : change.old_path) = std::move(from.key);
  return change;
}

}  // namespace

void for_each_change(const Tree& before, const Tree& after, const std::vector<std::string>& paths,
                     const std::function<bool(const Change&)>& visit) {
  PathSet(paths).for_each_difference(
      before, after, [&](TreeChange&& change) { return visit(as_change(std::move(change))); });
}

std::vector<Change> compare_trees(const Snapshot& snapshot, const Id& before, const Id& after,
                                  const CompareOptions& options) {
  std::vector<Change> changes;
  PathSet(options.paths)
      .for_each_difference(Tree(snapshot, before), Tree(snapshot, after), [&](TreeChange&& change) {
        changes.push_back(as_change(std::move(change)));
        return true;
      });
  if (options.find_renames) find_renames(snapshot, options, changes);
  return changes;
}

}  // namespace vstore
