// rm and mv: changes of the stage and of the files together.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "vstore/names.h"
#include "workspace/apply_files.h"
#include "workspace/disk_check.h"
#include "workspace/merge_state.h"
#include "workspace/path_match.h"
#include "workspace/remove_files.h"
#include "workspace/selected_cursor.h"
#include "workspace/stage_edit.h"
#include "workspace/stat_cache.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

// -------------------------------------------------------------------------------------------- rm --

void demand_recursive(const Tree& stage, const PathSelection& paths, bool recursive) {
  if (recursive) return;
  for (const std::string& spec : paths.specs) {
    const std::string path = spec.ends_with('/') ? spec.substr(0, spec.size() - 1) : spec;
    if (path.empty() || (!stage.get(path) && stage.has_directory(path))) {
      throw Error(ErrorCode::refused, "not removing '" + (path.empty() ? "." : path) + "' recursively without -r",
                  "give -r to remove a directory with all that is in it");
    }
  }
}

/// git's rule: what is nowhere else may only go by force.
void demand_unchanged(DiskCheck& disk, const Tree& head, const std::string& path, const Entry& staged, bool cached) {
  const auto stat = disk.stat(path);
  const bool file_differs = stat && stat->type != os::FileType::directory && !disk.equals(path, *stat, staged);
  const bool stage_differs = head.get(path) != staged;
  if (file_differs && stage_differs) {
    throw Error(ErrorCode::refused, "'" + path + "' has staged content different from both the file and HEAD",
                "use --force to remove it all the same");
  }
  if (cached) return;
  if (stage_differs) {
    throw Error(ErrorCode::refused, "'" + path + "' has changes in the stage",
                "use --cached to keep the file, or --force to remove it");
  }
  if (file_differs) {
    throw Error(ErrorCode::refused, "'" + path + "' has local modifications",
                "use --cached to keep the file, or --force to remove it");
  }
}

/// The selected paths that a merge left in conflict: removing them resolves them.
std::set<std::string> selected_conflicts(const Workspace::Impl& ws, const Snapshot& snapshot, PathMatcher& matcher) {
  std::set<std::string> paths;
  const auto state = read_merge_state(ws, snapshot);
  if (!state) return paths;
  for (UnresolvedPath& path : unresolved_paths(snapshot, *state)) {
    if (matcher.matches(path.path)) paths.insert(std::move(path.path));
  }
  return paths;
}

/// Without the paths at which a directory lies by now: what is in it was never tracked.
std::vector<std::string> present_files(DiskCheck& disk, const std::vector<std::string>& removed) {
  std::vector<std::string> files;
  for (const std::string& path : removed) {
    const auto stat = disk.stat(path);
    if (stat && (path.ends_with('/') || stat->type != os::FileType::directory)) files.push_back(path);
  }
  return files;
}

// -------------------------------------------------------------------------------------------- mv --

struct Rename {
  std::string from;
  std::string to;
};

/// Where one source goes: into `destination` if that is a directory, else to that very name.
Rename rename_for(DiskCheck& disk, const std::string& source, const std::string& destination, bool several) {
  const std::string target = destination.ends_with('/') ? destination.substr(0, destination.size() - 1) : destination;
  const auto stat = target.empty() ? std::nullopt : disk.stat(target);
  const bool directory = target.empty() || (stat && stat->type == os::FileType::directory);
  if (directory) {
    const auto [parent, name] = split_path(source);
    return {source, (target.empty() ? "" : target + "/") + std::string(name)};
  }
  if (several || destination.ends_with('/')) {
    throw Error(ErrorCode::refused, "destination '" + target + "' is not a directory", "make the directory first");
  }
  return {source, target};
}

void check_rename(DiskCheck& disk, const Tree& stage, const Rename& rename, bool force) {
  const auto refuse = [&](const std::string& why, const std::string& hint) {
    throw Error(ErrorCode::refused, why + ": source '" + rename.from + "', destination '" + rename.to + "'", hint);
  };
  if (!stage.get(rename.from) && !stage.has_directory(rename.from)) {
    throw Error(ErrorCode::not_found, "not under version control: '" + rename.from + "'", "add it first, or use plain mv");
  }
  if (!disk.stat(rename.from)) refuse("bad source", "the file is not there");
  if (equal_or_below(rename.to, rename.from)) refuse("cannot move a directory into itself", "choose another destination");
  if (const std::string problem = path_problem(rename.to); !problem.empty()) refuse("bad destination: " + problem, "choose another name");
  const auto there = disk.stat(rename.to);
  if (there && (there->type == os::FileType::directory || !force)) refuse("destination exists", "use --force to overwrite a file");
}

/// What lies in a nested workspace is that one's, and this one would not see it any more.
void demand_own_directory(const os::Dir& top, const Rename& rename) {
  DirStack dirs(top);
  for (auto above = split_path(rename.to).first; !above.empty(); above = split_path(above).first) {
    const auto dir = dirs.open(above, false);
    if (!dir || !dir->stat(".vstore")) continue;
    throw Error(ErrorCode::refused, "destination '" + rename.to + "' lies in another workspace, '" + std::string(above) + "'",
                "copy the file there, and add it in that workspace");
  }
}

/// Several sources must neither meet at one destination nor lie in each other.
void demand_disjoint(const std::vector<Rename>& renames) {
  std::set<std::string> targets, sources;
  for (const Rename& rename : renames) {
    if (!targets.insert(rename.to).second) {
      throw Error(ErrorCode::refused, "multiple sources for the same destination '" + rename.to + "'",
                  "move them one after the other, to names of their own");
    }
    sources.insert(rename.from);
  }
  for (const std::string& source : sources) {
    for (std::string_view above = split_path(source).first; !above.empty(); above = split_path(above).first) {
      if (!sources.contains(std::string(above))) continue;
      throw Error(ErrorCode::refused, "source '" + source + "' lies in source '" + std::string(above) + "'",
                  "move them one after the other");
    }
  }
}

/// The stage's entries that move, as old key -> (new key, entry).
std::map<std::string, std::pair<std::string, Entry>> moved_entries(const Tree& stage, const std::vector<Rename>& renames) {
  std::map<std::string, std::pair<std::string, Entry>> moved;
  for (const Rename& rename : renames) {
    for (SelectedCursor at(stage, {rename.from}, nullptr); at.valid(); at.next()) {
      moved[std::string(at.key())] = {rename.to + std::string(at.key().substr(rename.from.size())), at.entry()};
    }
  }
  return moved;
}

/// The renames on disk, undone again unless keep() is called: whatever fails, files and stage still agree. A file
/// that is overwritten has a second name in the workspace's scratch directory until then: it is nowhere missing.
class DiskRenames {
 public:
  explicit DiskRenames(Workspace::Impl& ws) : top_(os::Dir::open(ws.root)), scratch_(open_scratch(ws)) {}
  ~DiskRenames() {
    for (; !done_.empty(); done_.pop_back()) undo(done_.back());
  }

  void rename(const Rename& rename) {
    const auto [from_parent, from_name] = split_path(rename.from);
    const auto [to_parent, to_name] = split_path(rename.to);
    Done step{DirStack(top_).open(from_parent, false), DirStack(top_).open(to_parent, false), std::string(from_name),
              std::string(to_name), {}, false};
    if (!step.from || !step.to) {
      throw Error(ErrorCode::refused, "destination directory '" + std::string(to_parent) + "' does not exist",
                  "make the directory first");
    }
    if (step.to->stat(step.to_name)) {
      step.overwritten = "mv." + std::to_string(done_.size());
      if (!step.to->link_to(step.to_name, scratch_, step.overwritten)) {
        step.to->rename_to(step.to_name, scratch_, step.overwritten);
      }
    }
    done_.push_back(std::move(step));
    Done& last = done_.back();
    last.from->rename_to(last.from_name, *last.to, last.to_name);
    last.renamed = true;
  }

  void keep() noexcept {
    for (const Done& step : std::exchange(done_, {})) try {
      if (!step.overwritten.empty()) scratch_.unlink(step.overwritten);
    } catch (...) {  // whoever needs the scratch directory next empties it
    }
  }

 private:
  struct Done {
    std::shared_ptr<const os::Dir> from, to;
    std::string from_name, to_name;
    std::string overwritten;  // its name in the scratch directory
    bool renamed = false;
  };

  /// The best that can be done; the first error is what the user is told.
  void undo(const Done& step) noexcept {
    try {
      if (step.renamed) step.to->rename_to(step.to_name, *step.from, step.from_name);
      if (!step.overwritten.empty()) scratch_.rename_to(step.overwritten, *step.to, step.to_name);
    } catch (const Error&) {
    }
  }

  os::Dir top_, scratch_;
  std::vector<Done> done_;
};

/// Renaming touched the ctime; the content is as known as it was.
class KeptRecords {
 public:
  KeptRecords(Workspace::Impl& ws, DiskCheck& disk, const std::map<std::string, std::pair<std::string, Entry>>& moved) : ws_(ws) {
    for (const auto& [from, to] : moved) {
      const auto stat = disk.stat(from);
      const auto record = ws.stat_cache().find(from);
      if (stat && record && vouches(*record, *stat)) kept_.push_back({to.first, *record});
    }
  }
  void write() noexcept try {
    const os::Dir top = os::Dir::open(ws_.root);
    TrustClock clock(os::Dir::open(ws_.metadata_directory));
    DiskCheck disk(ws_, top);
    StatCache::Batch batch(ws_.stat_cache());
    for (auto& [path, record] : kept_) {
      const auto stat = disk.stat(path);
      if (!stat || stat->mtime_ns != record.stat.mtime_ns || stat->size != record.stat.size) continue;
      record.stat = *stat;
      record.trusted = clock.trusts(*stat);
      batch.put(path, record);
    }
  } catch (...) {  // only a cache: the files are hashed again
  }

 private:
  Workspace::Impl& ws_;
  std::vector<std::pair<std::string, StatRecord>> kept_;
};

bool has_stage(Workspace::Impl& ws, const Id& stage) noexcept try {
  return ws.store.snapshot().ref(ws.ref("stage")) == RefValue::tree(stage);
} catch (...) {
  return false;
}

Id moved_stage(Transaction& txn, const Id& stage, const std::map<std::string, std::pair<std::string, Entry>>& moved) {
  std::map<std::string, std::optional<Entry>> edits;
  for (const auto& [from, to] : moved) edits[from] = std::nullopt;
  for (const auto& [from, to] : moved) edits[to.first] = to.second;
  StageEdit edit(txn, stage);
  for (const auto& [path, entry] : edits) edit.put(path, entry);
  return edit.finish();
}

}  // namespace

std::vector<std::string> Workspace::remove(const PathSelection& paths, const RemoveOptions& options,
                                           const std::string& command) {
  const auto lock = options.dry_run ? nullptr : impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const Tree stage(state.snapshot, state.stage);
  const Tree head(state.snapshot, state.head_tree);
  const os::Dir top = os::Dir::open(impl_->root);
  demand_recursive(stage, paths, options.recursive);
  PathMatcher matcher(paths);
  DiskCheck disk(*impl_, top);
  const std::set<std::string> conflicts = selected_conflicts(*impl_, state.snapshot, matcher);
  std::vector<std::string> removed;
  StageEdit edit(txn, state.stage);
  for (SelectedCursor at(stage, matcher.prefixes(), &matcher); at.valid(); at.next()) {
    removed.emplace_back(at.key());
    if (!options.force && !conflicts.contains(removed.back())) demand_unchanged(disk, head, removed.back(), at.entry(), options.cached);
    edit.put(removed.back(), std::nullopt);
  }
  if (const auto unmatched = matcher.unmatched(); !unmatched.empty() && !options.ignore_unmatched) {
    throw Error(ErrorCode::not_found, "pathspec '" + unmatched.front() + "' did not match any files",
                "'vstore ls-files' lists what is tracked");
  }
  // What only they have is in no stage, but lies on disk.
  std::vector<std::string> all;
  std::set_union(removed.begin(), removed.end(), conflicts.begin(), conflicts.end(), std::back_inserter(all));
  removed.swap(all);
  if (options.dry_run || removed.empty()) return removed;
  resolve_conflicts(*impl_, txn, state.snapshot, [&](std::string_view path) { return conflicts.contains(std::string(path)); });
  // The files go last: cut short before, nothing happened; cut short after, they are deleted already in the stage.
  impl_->set_stage(txn, state, edit.finish());
  if (options.cached) impl_->publish(txn, command);
  else impl_->publish_with_files(txn, command);
  if (!options.cached) {
    std::vector<PathProblem> problems;
    remove_files(top, present_files(disk, removed), problems);
    throw_first(problems, "the stage no longer has it; delete the file yourself");
  }
  return removed;
}

std::vector<std::pair<std::string, std::string>> Workspace::move(const std::vector<std::string>& sources,
                                                                 const std::string& destination, const MoveOptions& options,
                                                                 const std::string& command) {
  const auto lock = options.dry_run ? nullptr : impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const Tree stage(state.snapshot, state.stage);
  const os::Dir top = os::Dir::open(impl_->root);
  DiskCheck disk(*impl_, top);
  std::vector<Rename> renames;
  for (const std::string& source : sources) {
    renames.push_back(rename_for(disk, source, destination, sources.size() > 1));
    check_rename(disk, stage, renames.back(), options.force);
    demand_own_directory(top, renames.back());
  }
  demand_disjoint(renames);
  std::vector<std::pair<std::string, std::string>> result;
  for (const Rename& rename : renames) result.emplace_back(rename.from, rename.to);
  if (options.dry_run) return result;

  const auto moved = moved_entries(stage, renames);
  const Id fresh = moved_stage(txn, state.stage, moved);
  KeptRecords records(*impl_, disk, moved);
  DiskRenames on_disk(*impl_);
  for (const Rename& rename : renames) on_disk.rename(rename);
  impl_->set_stage(txn, state, fresh);
  try {
    impl_->publish_with_files(txn, command);
  } catch (const Error&) {
    if (has_stage(*impl_, fresh)) on_disk.keep();  // the outcome was unknown: the files follow the stage
    throw;
  }
  on_disk.keep();
  records.write();
  return result;
}

}  // namespace vstore
