// Status: HEAD against the stage, the stage against the files, as one list.
#include <algorithm>

#include "history/changes.h"
#include "history/scratch_objects.h"
#include "workspace/merge_state.h"
#include "workspace/path_match.h"
#include "workspace/work_compare.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

WorkChange work_change(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::added:
    case ChangeStatus::copied:
      return WorkChange::added;
    case ChangeStatus::deleted:
      return WorkChange::deleted;
    case ChangeStatus::renamed:
      return WorkChange::renamed;
    case ChangeStatus::type_changed:
      return WorkChange::type_changed;
    case ChangeStatus::modified:
      break;
  }
  return WorkChange::modified;
}

WorkChange unstaged_change(const WorkDifference& difference) {
  if (difference.ignored) return WorkChange::ignored;
  if (!difference.before) return WorkChange::untracked;
  return work_change(status_of(difference.before, difference.after));
}

/// Staged changes that are selected; a rename belongs to its new path. What was never checked out was not deleted.
std::vector<StatusEntry> staged_entries(const WorkState& state, const PathSelection& paths) {
  std::vector<StatusEntry> entries;
  if (state.stage == state.head_tree) return entries;
  PathMatcher matcher(paths);
  for (Change& change : compare_trees(state.snapshot, state.head_tree, state.stage)) {
    StatusEntry entry;
    entry.staged = work_change(change.status);
    if (entry.staged == WorkChange::deleted && state.nothing_checked_out()) continue;
    entry.path = change.new_path.empty() ? change.old_path : change.new_path;
    if (entry.staged == WorkChange::renamed) entry.old_path = change.old_path;
    if (matcher.matches(entry.path)) entries.push_back(std::move(entry));
  }
  return entries;
}

/// Joins the two lists by path: one entry where a path changed on both sides.
std::vector<StatusEntry> join(std::vector<StatusEntry> staged, std::vector<StatusEntry> unstaged) {
  const auto by_path = [](const StatusEntry& a, const StatusEntry& b) { return a.path < b.path; };
  std::vector<StatusEntry> all;
  all.reserve(staged.size() + unstaged.size());
  std::merge(std::make_move_iterator(staged.begin()), std::make_move_iterator(staged.end()),
             std::make_move_iterator(unstaged.begin()), std::make_move_iterator(unstaged.end()),
             std::back_inserter(all), by_path);
  std::vector<StatusEntry> joined;
  joined.reserve(all.size());
  for (StatusEntry& entry : all) {
    const bool same = !joined.empty() && joined.back().path == entry.path && joined.back().unstaged == WorkChange::none &&
                      entry.unstaged != WorkChange::untracked && entry.unstaged != WorkChange::ignored;
    if (same) joined.back().unstaged = entry.unstaged;
    else joined.push_back(std::move(entry));
  }
  return joined;
}

/// Git's two letters for a path in conflict, by which sides have it.
void mark_conflict(const UnresolvedPath& path, StatusEntry& entry) {
  const auto letter = [&](bool has_it) {
    if (path.base) return has_it ? WorkChange::unmerged : WorkChange::deleted;
    return has_it ? WorkChange::added : WorkChange::unmerged;
  };
  entry.conflict = true;
  entry.staged = letter(path.ours);
  entry.unstaged = letter(path.theirs);
}

/// Paths in conflict replace what else is known of them.
void add_conflicts(const Snapshot& snapshot, const MergeState& merge, const PathSelection& paths,
                   std::vector<StatusEntry>& entries) {
  PathMatcher matcher(paths);
  for (const UnresolvedPath& path : unresolved_paths(snapshot, merge)) {
    if (!matcher.matches(path.path)) continue;
    const auto at = std::lower_bound(entries.begin(), entries.end(), path.path,
                                     [](const StatusEntry& e, const std::string& p) { return e.path < p; });
    const auto end = std::find_if(at, entries.end(), [&](const StatusEntry& e) { return e.path != path.path; });
    const auto place = entries.erase(at, end);
    StatusEntry entry;
    entry.path = path.path;
    mark_conflict(path, entry);
    entries.insert(place, std::move(entry));
  }
}

}  // namespace

Status Workspace::status(const StatusOptions& options) {
  const WorkState state = impl_->state();
  Status status;
  status.branch = state.branch ? short_branch_name(*state.branch) : std::string();
  status.head = state.head_commit;
  status.nothing_checked_out = state.nothing_checked_out();
  status.base_moved = state.base_moved() && !status.nothing_checked_out;

  PathMatcher matcher(options.paths);
  WorkCompareOptions compare;
  compare.matcher = &matcher;
  compare.untracked = options.untracked;
  compare.collapse_untracked = !options.untracked_all;
  compare.report_ignored = options.ignored;
  std::vector<StatusEntry> unstaged;
  const auto take = [&](WorkDifference&& difference) {
    StatusEntry entry;
    entry.unstaged = unstaged_change(difference);
    entry.path = std::move(difference.path);
    unstaged.push_back(std::move(entry));
  };
  // A path in conflict that is not in the stage is not untracked either.
  ScratchObjects scratch(state.snapshot);
  const Id known = stage_with_conflicts(*impl_, scratch, scratch, [&](const std::string& name) { return state.snapshot.ref(name); });
  compare_workspace(*impl_, Tree(scratch, known), compare, take, status.problems);
  std::sort(unstaged.begin(), unstaged.end(),
            [](const StatusEntry& a, const StatusEntry& b) { return a.path < b.path; });
  auto staged = staged_entries(state, options.paths);
  std::sort(staged.begin(), staged.end(), [](const StatusEntry& a, const StatusEntry& b) { return a.path < b.path; });
  status.entries = join(std::move(staged), std::move(unstaged));
  if (const auto merge = read_merge_state(*impl_, state.snapshot)) {
    add_conflicts(state.snapshot, *merge, options.paths, status.entries);
    status.merge = pending_of(state.snapshot, *merge);
  }
  return status;
}

}  // namespace vstore
