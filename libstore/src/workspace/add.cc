// Add: the stage takes over what the files are now.
#include <algorithm>

#include "history/changes.h"
#include "vstore/names.h"
#include "workspace/dir_stack.h"
#include "workspace/ignore.h"
#include "workspace/merge_state.h"
#include "workspace/path_match.h"
#include "workspace/selected_cursor.h"
#include "workspace/stage_edit.h"
#include "workspace/work_compare.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

void count(AddResult& result, const WorkDifference& difference) {
  if (!difference.before) ++result.added;
  else if (!difference.after) ++result.deleted;
  else ++result.modified;
}

bool is_metadata(std::string_view path) { return equal_or_below(path, ".vstore"); }

/// What is on disk and was passed over all the same.
bool is_ignored(const Workspace::Impl& ws, const os::Dir& top, const std::string& path) {
  const auto [parent, name] = split_path(path);
  const auto dir = top.open_beneath(std::string(parent));
  const auto stat = dir ? dir->stat(std::string(name)) : std::nullopt;
  if (!stat) return false;
  const IgnoreRules rules(top, ws.store.directory() + "/info/exclude", ws.options.global_ignore_file);
  return rules.ignored(path, stat->type == os::FileType::directory);
}

[[noreturn]] void refuse_ignored(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : ", ") + quote_path(path);
  throw Error(ErrorCode::refused, "the following paths are ignored by one of your .vstoreignore files: " + text,
              "use -f if you really want to add them");
}

/// A selection that matches nothing is an error, as git says it.
void demand_matches(const Workspace::Impl& ws, const PathMatcher& matcher, bool force) {
  auto unmatched = matcher.unmatched();
  std::erase(unmatched, ".");  // an empty workspace is there all the same
  if (unmatched.empty()) return;
  if (is_metadata(unmatched.front())) {
    throw Error(ErrorCode::refused, "'" + unmatched.front() + "' belongs to vstore itself and is never added");
  }
  const os::Dir top = os::Dir::open(ws.root);
  const auto ignored = std::stable_partition(unmatched.begin(), unmatched.end(), [&](const std::string& path) {
    return force || !is_ignored(ws, top, path);
  });
  if (ignored == unmatched.begin()) refuse_ignored(unmatched);
  throw Error(ErrorCode::not_found, "pathspec '" + unmatched.front() + "' did not match any files",
              "'vstore status' lists what is there; ignored files need --force");
}

/// What lies behind a symbolic link is no part of the workspace, whatever the path looks like.
void demand_no_symlink_above(const os::Dir& top, const PathSelection& paths) {
  for (const std::string& path : paths.specs) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      const std::string above = path.substr(0, slash);
      const auto [parent, name] = split_path(above);
      const auto dir = top.open_beneath(std::string(parent));
      const auto stat = dir ? dir->stat(std::string(name)) : std::nullopt;
      if (!stat) break;
      if (stat->type != os::FileType::symlink) continue;
      throw Error(ErrorCode::refused, "'" + path + "' is beyond the symbolic link '" + above + "'",
                  "add the link itself, or the file under its own path");
    }
  }
}

bool has_problem(const std::vector<PathProblem>& problems, std::string_view path) {
  return std::any_of(problems.begin(), problems.end(), [&](const PathProblem& p) { return p.path == path; });
}

/// As demand_matches() for paths that must be known: a file that is only on disk does not count, one that was removed from
/// the stage and is still in HEAD does.
void demand_known(const PathSelection& paths, const WorkState& state) {
  PathMatcher matcher(paths);
  for (const Id& root : {state.stage, state.head_tree}) {
    SelectedCursor at(Tree(state.snapshot, root), matcher.prefixes(), &matcher);
    while (at.valid() && !matcher.unmatched().empty()) at.next();
  }
  if (const auto unmatched = matcher.unmatched(); !unmatched.empty()) {
    throw Error(ErrorCode::not_found, "pathspec '" + unmatched.front() + "' did not match any files known to vstore",
                "take new files into the stage with 'vstore add' first");
  }
}

}  // namespace

AddResult Workspace::add(const PathSelection& paths, const AddOptions& options, const std::string& command) {
  const auto lock = options.dry_run ? nullptr : impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  demand_no_symlink_above(os::Dir::open(impl_->root), paths);
  if (options.only_known) demand_known(paths, state);
  PathMatcher matcher(paths);
  WorkCompareOptions compare;
  compare.matcher = &matcher;
  compare.transaction = options.dry_run ? nullptr : &txn;
  compare.contents = !options.dry_run;
  compare.untracked = !options.update_only;
  compare.take_ignored = options.force;
  compare.refuse_special = true;

  AddResult result;
  StageEdit stage(txn, state.stage);
  const auto take = [&](WorkDifference&& difference) {
    if (!difference.after && !options.all && !options.update_only) return;
    count(result, difference);
    if (result.changes.size() < options.changes_max) {
      result.changes.push_back(as_change({difference.path, difference.before, difference.after}));
    }
    if (!options.dry_run) stage.put(std::move(difference.path), difference.after);
  };
  result.bytes_read = compare_workspace(*impl_, Tree(state.snapshot, state.stage), compare, take, result.problems).bytes_read;
  const bool resolved = !options.dry_run && resolve_conflicts(*impl_, txn, state.snapshot, [&](std::string_view path) {
    // -u takes no new files, so a path that only they have stays unresolved.
    if (options.update_only && !Tree(state.snapshot, state.stage).get(path)) return false;
    return matcher.matches(path) && !has_problem(result.problems, path);
  });
  if (!options.only_known) demand_matches(*impl_, matcher, options.force);

  result.stage = state.stage;
  if (options.dry_run) return result;
  result.stage = stage.finish();
  if (result.stage == state.stage && state.stage_ref && !resolved) return result;
  impl_->set_stage(txn, state, result.stage);
  impl_->publish(txn, command);
  return result;
}

std::vector<Change> Workspace::compare_files(const Id& before_root, const CompareOptions& options) {
  const Snapshot snapshot = impl_->store.snapshot();
  PathMatcher matcher(PathSelection{options.paths});
  WorkCompareOptions compare;
  compare.matcher = &matcher;
  compare.contents = true;
  compare.untracked = false;
  std::vector<Change> changes;
  std::vector<PathProblem> problems;
  compare_workspace(*impl_, Tree(snapshot, before_root), compare,
                    [&](WorkDifference&& difference) {
                      changes.push_back(as_change({std::move(difference.path), difference.before, difference.after}));
                    },
                    problems);
  if (!problems.empty()) throw Error(problems.front().code, problems.front().message);
  return changes;
}

}  // namespace vstore
