// history/follow.cc - a file's log across renames. Where the file appears, its commit is asked whether it was a rename;
// then a new walk begins at that commit's parents, for the old name.
#include <utility>

#include "vstore/describe.h"

namespace vstore {

struct FollowWalk::State {
  State(Snapshot s, LogOptions o)
      : snapshot(std::move(s)), options(std::move(o)), path(options.paths.front()) {
    walk.emplace(snapshot, options);
  }

  /// The name before, if this commit renamed the file.
  std::optional<std::string> renamed_from(const Commit& commit) const {
    if (commit.parents.empty()) return std::nullopt;
    const Id before = snapshot.commit(commit.parents.front()).tree;
    const auto now = snapshot.tree(commit.tree).get(path);
    if (!now || snapshot.tree(before).get(path)) return std::nullopt;
    for (const Change& change : compare_trees(snapshot, before, commit.tree)) {
      if (change.status == ChangeStatus::renamed && change.new_path == path) return change.old_path;
    }
    return std::nullopt;
  }

  std::optional<LogEntry> next() {
    if (old_path) {
      path = *std::exchange(old_path, std::nullopt);
      options.paths = {path};
      walk.emplace(snapshot, options);
    }
    auto entry = walk->next();
    if (!entry) return std::nullopt;
    old_path = renamed_from(entry->commit);
    if (old_path) options.set.include = entry->commit.parents;
    return entry;
  }

  Snapshot snapshot;
  LogOptions options;
  std::string path;
  std::optional<std::string> old_path;  ///< under which the walk goes on
  std::optional<LogWalk> walk;
};

FollowWalk::FollowWalk(Snapshot snapshot, LogOptions options)
    : state_(std::make_unique<State>(std::move(snapshot), std::move(options))) {}
FollowWalk::FollowWalk(FollowWalk&&) noexcept = default;
FollowWalk::~FollowWalk() = default;

std::optional<LogEntry> FollowWalk::next() { return state_->next(); }
const std::string& FollowWalk::path() const { return state_->path; }

}  // namespace vstore
