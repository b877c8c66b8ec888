#include "cli/work_changes.h"

#include <algorithm>

#include "vstore/error.h"

namespace vstore::cli {
namespace {

const std::string& key_of(const Change& change) { return change.new_path.empty() ? change.old_path : change.new_path; }

bool by_path(const Change& a, const Change& b) { return key_of(a) < key_of(b); }

ChangeStatus status_of(const std::optional<Entry>& before, const std::optional<Entry>& after) {
  if (!before) return ChangeStatus::added;
  if (!after) return ChangeStatus::deleted;
  const bool same_type = (before->kind == Kind::symlink) == (after->kind == Kind::symlink);
  return same_type ? ChangeStatus::modified : ChangeStatus::type_changed;
}

/// One path's change from the first step's beginning to the second one's end.
Change joined(const Change& first, const Change& second) {
  const std::string& path = key_of(first);
  Change change;
  change.before = first.before;
  change.after = second.after;
  change.status = status_of(change.before, change.after);
  if (change.before) change.old_path = path;
  if (change.after) change.new_path = path;
  return change;
}

/// Two lists in path order, from A to B and from B to C, as the list from A to C.
std::vector<Change> chain(std::vector<Change> first, std::vector<Change> second) {
  std::vector<Change> all;
  auto a = first.begin();
  auto b = second.begin();
  while (a != first.end() || b != second.end()) {
    if (b == second.end() || (a != first.end() && by_path(*a, *b))) {
      all.push_back(std::move(*a++));
    } else if (a == first.end() || by_path(*b, *a)) {
      all.push_back(std::move(*b++));
    } else {
      Change change = joined(*a++, *b++);
      if (change.before != change.after) all.push_back(std::move(change));
    }
  }
  return all;
}

/// Renames among what the store has; a file that only exists on disk can't be compared with others.
std::vector<Change> with_renames(const Snapshot& snapshot, const CompareOptions& options, std::vector<Change> changes) {
  const auto stored = [&](const Change& change) {
    return !change.after || change.after->kind == Kind::empty_directory || snapshot.find(change.after->id);
  };
  const auto middle = std::stable_partition(changes.begin(), changes.end(), stored);
  std::vector<Change> rest(std::make_move_iterator(middle), std::make_move_iterator(changes.end()));
  changes.erase(middle, changes.end());
  find_renames(snapshot, options, changes);
  std::vector<Change> all;
  std::merge(std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end()),
             std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()), std::back_inserter(all), by_path);
  return all;
}

}  // namespace

std::vector<Change> changes_to_files(Workspace& workspace, const Snapshot& snapshot, const Id& from,
                                     const CompareOptions& options) {
  CompareOptions plain = options;
  plain.find_renames = false;
  const Id stage = workspace.stage_root();
  std::vector<Change> staged = compare_trees(snapshot, from, stage, plain);
  std::vector<Change> unstaged = workspace.compare_files(stage, plain);
  std::sort(unstaged.begin(), unstaged.end(), by_path);
  std::vector<Change> changes = chain(std::move(staged), std::move(unstaged));
  return options.find_renames ? with_renames(snapshot, options, std::move(changes)) : changes;
}

}  // namespace vstore::cli
