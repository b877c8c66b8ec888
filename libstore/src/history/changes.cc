// history/changes.cc - the differences between two snapshots, as people speak of them.
#include "history/changes.h"

#include "history/path_set.h"

namespace vstore {

ChangeStatus status_of(const std::optional<Entry>& before, const std::optional<Entry>& after) {
  if (!before) return ChangeStatus::added;
  if (!after) return ChangeStatus::deleted;
  const bool was_link = before->kind == Kind::symlink;
  const bool is_link = after->kind == Kind::symlink;
  return was_link == is_link ? ChangeStatus::modified : ChangeStatus::type_changed;
}

Change as_change(TreeChange&& from) {
  Change change{status_of(from.before, from.after), {}, {}, from.before, from.after};
  if (from.before && from.after) change.old_path = from.key;
  (from.after ? change.new_path : change.old_path) = std::move(from.key);
  return change;
}

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
  if (!options.find_renames) return changes;
  const Tree tree(snapshot, before);
  find_renames(snapshot, options, changes, &tree);
  return changes;
}

}  // namespace vstore
