// Restore: chosen paths of a snapshot go to the files, the stage, or both.
#include "workspace/apply_files.h"
#include "workspace/disk_check.h"
#include "workspace/force_files.h"
#include "workspace/path_match.h"
#include "workspace/selected_cursor.h"
#include "workspace/stat_cache.h"
#include "workspace/take_paths.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

/// The selected paths, sorted out.
struct Selected {
  std::vector<WriteItem> writes;        ///< files that are not known to be right already
  std::vector<std::string> removals;    ///< tracked, selected, but not in the source
  std::uint64_t unchanged = 0;
};

bool known_equal(Workspace::Impl& ws, const std::optional<os::EntryStat>& stat, const std::string& path, const Entry& entry) {
  if (!stat) return false;
  if (entry.kind == Kind::empty_directory) return stat->type == os::FileType::directory;
  const auto record = ws.stat_cache().find(path);
  return record && vouches(*record, *stat) && record->id == entry.id && record->kind == entry.kind;
}

Selected select(Workspace::Impl& ws, const Tree& source, const Tree& stage, PathMatcher& matcher, bool overlay,
                bool to_files) {
  Selected selected;
  const os::Dir top = os::Dir::open(ws.root);
  DiskCheck disk(ws, top);
  const auto prefixes = matcher.prefixes();
  for (SelectedCursor at(source, prefixes, &matcher); at.valid(); at.next()) {
    if (!to_files) continue;
    std::string path(at.key());
    if (known_equal(ws, disk.stat(path), path, at.entry())) ++selected.unchanged;
    else selected.writes.push_back({std::move(path), at.entry(), true});
  }
  if (overlay) return selected;
  for (SelectedCursor at(stage, prefixes, &matcher); at.valid(); at.next()) {
    if (!source.get(at.key())) selected.removals.emplace_back(at.key());
  }
  return selected;
}

void demand_matches(const PathMatcher& matcher) {
  const auto unmatched = matcher.unmatched();
  if (unmatched.empty()) return;
  throw Error(ErrorCode::not_found, "pathspec '" + unmatched.front() + "' did not match any files known to vstore",
              "'vstore ls' lists what a version holds");
}

/// What is tracked below a restored file goes from the disk as it goes from the stage.
void add_displaced(const Tree& stage, std::vector<WriteItem>& writes, std::vector<std::string>& removals) {
  for (const WriteItem& item : writes) {
    for (auto at = stage.seek(item.path + "/"); at.valid() && equal_or_below(at.key(), item.path); at.next()) {
      removals.emplace_back(at.key());
    }
  }
}

}  // namespace

CheckoutResult Workspace::restore(const Id& source_root, const PathSelection& paths, bool to_files, bool to_stage,
                                  const CheckoutOptions& options, const std::string& command) {
  const auto lock = impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const Tree source(state.snapshot, source_root);
  const Tree stage(state.snapshot, state.stage);
  PathMatcher matcher(paths);
  Selected selected = select(*impl_, source, stage, matcher, options.overlay, to_files);
  demand_matches(matcher);

  CheckoutResult result;
  if (to_files) {
    std::vector<std::string> targets;
    for (const WriteItem& item : selected.writes) targets.push_back(item.path);
    clear_the_way(*impl_, targets);
    add_displaced(stage, selected.writes, selected.removals);
    result = apply_files(*impl_, state.snapshot, selected.removals, std::move(selected.writes));
    result.unchanged = selected.unchanged;
  }
  if (to_stage) {
    const Id fresh = take_paths(txn, stage, source, paths, options.overlay);
    if (fresh != state.stage) {
      impl_->set_stage(txn, state, fresh);
      if (to_files) impl_->publish_with_files(txn, command);
      else impl_->publish(txn, command);
    }
  }
  return result;
}

CheckoutResult export_tree(const Snapshot& snapshot, const Id& root, const std::string& prefix, const std::string& directory,
                           unsigned threads, Progress* progress) {
  const os::Dir top = os::Dir::open(directory);
  os::DirNames names;
  top.read_names(names);
  if (names.size() != 0) {
    throw Error(ErrorCode::refused, "directory '" + directory + "' is not empty", "give a new or empty directory");
  }
  const std::string below = prefix.empty() ? std::string() : prefix + "/";
  TreeCursor cursor = snapshot.tree(root).seek(below);
  MaterializeOptions options;
  options.threads = threads;
  options.progress = progress;
  CheckoutResult result;
  const auto next = [&]() -> std::optional<WriteItem> {
    if (!cursor.valid() || !cursor.key().starts_with(below) || cursor.key().size() == below.size()) return std::nullopt;
    WriteItem item{std::string(cursor.key().substr(below.size())), cursor.entry(), false};
    cursor.next();
    return item;
  };
  const auto written = [&](const WriteItem& item, const os::EntryStat&) {
    ++result.written;
    result.bytes += item.entry.size;
  };
  if (progress) {
    const Totals totals = snapshot.tree(root).totals_prefix(below);
    progress->phase("writing files", totals.count, totals.bytes);
  }
  materialize(snapshot, top, next, written, result.problems, options);
  return result;
}

}  // namespace vstore
