// workspace/workspace_impl.h - what the files of this folder share about one open workspace.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "os/fs.h"
#include "vstore/config.h"
#include "vstore/workspace.h"
#include "workspace/metadata.h"

namespace vstore {

class StatCache;

/// This workspace's refs in one state of the store (docs/format/view.md).
struct WorkState {
  Snapshot snapshot;
  RefValue head;                         ///< symbolic (a branch) or a commit (detached)
  std::optional<std::string> branch;     ///< full ref name; nullopt: detached
  std::optional<Id> head_commit;         ///< nullopt: the branch is unborn
  Id head_tree;                          ///< the empty tree when there is no commit
  std::optional<RefValue> base;          ///< the commit that the stage was made from
  std::optional<RefValue> stage_ref;
  Id stage;                              ///< root of the stage

  /// True if another workspace moved this one's branch since (protocol.md rule 12).
  bool base_moved() const;
  /// True if there is a commit, but this workspace never took one over: its files are still to be written.
  bool nothing_checked_out() const { return head_commit && !base; }
};

struct Workspace::Impl {
  WorkspaceOptions options;
  std::string root;                ///< absolute, no trailing '/'
  std::string metadata_directory;  ///< root + "/.vstore"
  WorkspaceMetadata metadata;
  Store store;
  std::unique_ptr<StatCache> opened_stat_cache;

  Impl(WorkspaceOptions opts, std::string root_path, WorkspaceMetadata meta, Store opened);
  ~Impl();

  os::Fs& fs() const;
  std::string ref(std::string_view last) const { return "workspaces/" + metadata.id + "/" + std::string(last); }

  WorkState state() const { return state_in(store.snapshot()); }
  WorkState state_in(const Snapshot& snapshot) const;

  /// Held by whatever changes the stage, HEAD or the files: two such commands in one directory would get into each
  /// other's way even where the store sorts them out. `lost_race` if another one takes too long.
  std::unique_ptr<os::Lock> lock() const;

  /// Opens the cache on first use; a damaged one is made anew.
  StatCache& stat_cache();

  /// Moves the stage in `txn`, which must have begun at `state`; base and HEAD must not have moved.
  void set_stage(Transaction& txn, const WorkState& state, const Id& stage) const;
  Published publish(Transaction& txn, const std::string& command);
  /// The same where files were brought to the stage: taking it back moves them too.
  Published publish_with_files(Transaction& txn, const std::string& command);
  Published publish(Transaction& txn, const PublishInfo& info);

  /// True if the store lies elsewhere: a copy of this workspace does not copy its refs.
  bool shares_store() const { return !metadata.store.empty(); }
};

os::Fs& fs_of(const WorkspaceOptions& options);

/// "main" for "refs/heads/main"; any other ref keeps its full name.
std::string short_branch_name(const std::string& ref);

}  // namespace vstore
