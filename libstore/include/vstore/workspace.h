// vstore/workspace.h - a directory under version control: scan, stage, status, commit, checkout.
//
// A workspace has an id; its HEAD, base commit and stage are refs in the store's view
// ("workspaces/<id>/HEAD", ".../base", ".../stage"; docs/format/view.md), so every change of them is
// one atomic publish. The directory's own `.vstore/` holds the store itself or points to one elsewhere,
// and the stat cache, which is only a cache.
//
// A Workspace belongs to one thread; its operations use several threads inside. Every operation that
// changes the store publishes exactly one operation, or none when there is nothing to do. If that fails
// (`lost_race`: HEAD, base or stage moved meanwhile, or the lock timed out; `io`), the stage is what it was, but
// files that switch_to, restore and reset had changed by then stay changed: run them again. What move had renamed is
// renamed back. Operations of several Workspaces in one directory wait for each other.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/history.h"
#include "vstore/merge.h"
#include "vstore/operations.h"
#include "vstore/pick.h"
#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

struct WorkspaceOptions {
  StoreOptions store;
  /// The user's global ignore file, or empty. (The library never reads the environment.)
  std::string global_ignore_file;
  Person who;            ///< recorded in operations; commits name their own author
  unsigned threads = 0;  ///< 0: one per processor
  Progress* progress = nullptr;
};

/// A path that could not be taken in or written out, and why. The rest went on.
struct PathProblem {
  std::string path;
  std::string message;
  ErrorCode code = ErrorCode::io;
};

/// Selects paths: literal files and directories (with everything below), or glob patterns with `*`,
/// `?`, `[...]` in git's pathspec meaning ('*' crosses '/'). Relative to the workspace's root. Empty:
/// everything.
struct PathSelection {
  std::vector<std::string> specs;
  bool empty() const { return specs.empty(); }
  /// A test for many paths, of one thread. It outlives the selection.
  std::function<bool(std::string_view)> matcher() const;
};

struct AddOptions {
  bool update_only = false;   ///< -u: only tracked paths
  bool all = true;            ///< deletions too (git's default)
  bool dry_run = false;
  bool force = false;         ///< ignored files too
  bool only_known = false;    ///< every path must name something that the stage or HEAD has (commit PATH)
  std::size_t changes_max = 0;  ///< how many changes to list in the result; counting them costs nothing
};

struct AddResult {
  std::vector<Change> changes;         ///< stage before -> after, in path order (at most `changes_max`)
  std::uint64_t added = 0, modified = 0, deleted = 0;
  std::uint64_t bytes_read = 0;        ///< file bytes hashed
  std::vector<PathProblem> problems;   ///< unreadable, vanished, FIFOs, ...
  Id stage;                            ///< the new stage root; the old one after a dry run
};

enum class WorkChange : char {
  none = ' ', added = 'A', modified = 'M', deleted = 'D', type_changed = 'T', untracked = '?', ignored = '!',
  renamed = 'R', unmerged = 'U'
};

struct StatusEntry {
  std::string path;         ///< untracked and ignored directories end in '/'
  std::string old_path;     ///< for renamed
  WorkChange staged = WorkChange::none;     ///< HEAD -> stage
  WorkChange unstaged = WorkChange::none;   ///< stage -> files
  /// A merge left the path in conflict. The two letters are git's then: what we did to it and what they did,
  /// UU both changed, AA both added, DU and UD deleted by us or by them, AU and UA added by one.
  bool conflict = false;
};

/// What is being combined: decides how it is committed. `apply`: changes that were taken over without a commit of
/// their own, of which only conflicts are left.
enum class MergeKind { merge, squash, cherry_pick, revert, rebase, apply };
/// "merge", "squash", "cherry-pick", "revert", "rebase", "apply".
std::string_view to_string(MergeKind kind);

/// A merge that was begun and waits to be committed.
struct PendingMerge {
  MergeKind kind = MergeKind::merge;
  std::optional<Id> other;             ///< the commit that is merged, picked or reverted; none if it was committed
  std::string message;                 ///< proposed for the commit
  std::vector<std::string> conflicts;  ///< paths not resolved yet
  std::vector<Id> todo;                ///< commits that are still to be picked
  std::optional<std::string> branch;   ///< rebase: what will name the result
  std::optional<Id> onto;              ///< rebase: where to
  std::map<std::string, std::string> settings;  ///< as PickRequest has them
};

struct CheckoutResult {
  std::uint64_t written = 0, removed = 0, unchanged = 0;
  std::uint64_t bytes = 0;
  std::vector<PathProblem> problems;
};

/// Commits to be picked (vstore/pick.h) one after the other.
struct PickRequest {
  MergeKind kind = MergeKind::cherry_pick;  ///< or revert, rebase
  std::vector<Id> commits;
  Id onto;                             ///< rebase only
  std::optional<std::string> branch;   ///< rebase only: full name of another branch than HEAD's, which is switched to
  PickOptions options;
  std::map<std::string, std::string> settings;  ///< kept for who continues: what the options were made from
};

struct PickResult {
  PickRun run;
  Id before;                           ///< HEAD
  CheckoutResult files;
};

struct StashRequest {
  PathSelection paths;
  bool untracked = false;              ///< untracked files too
  bool keep_stage = false;             ///< what is staged stays, in the stage and on disk
  std::string message;
  Person who;
  Time time;
};

struct UnstashRequest {
  Id stash;
  std::string drop;                    ///< full name of the ref to delete if there was no conflict, or empty
  bool restore_stage = false;          ///< what had been staged is staged again
  MergeOptions options;
};

struct UnstashResult {
  TreeMerge tree;
  CheckoutResult files;
};

struct StatusOptions {
  PathSelection paths;
  bool ignored = false;
  bool untracked = true;
  bool untracked_all = false;  ///< list files inside untracked directories
};

struct Status {
  std::string branch;               ///< short name; empty if HEAD is detached
  std::optional<Id> head;           ///< commit; nullopt: no commits yet
  bool base_moved = false;          ///< another workspace moved the branch since
  bool nothing_checked_out = false; ///< there are commits, but this workspace never wrote their files: they are
                                    ///< no deletions
  std::vector<StatusEntry> entries; ///< path order
  std::vector<PathProblem> problems;
  std::optional<PendingMerge> merge;  ///< one that is under way
};

struct CommitOptions {
  std::string message;
  /// Not empty: the commit is HEAD's tree with these paths as the stage has them; what else is staged stays
  /// staged (git's --only).
  PathSelection paths;
  Person author, committer;
  std::optional<Time> author_time, commit_time;
  std::map<std::string, std::string> meta;
  bool amend = false;
  /// Demands that HEAD still is this commit, else `lost_race`: for who looked at it before, to amend it.
  std::optional<Id> expected_head;
  bool allow_empty = false;
  std::string command;              ///< recorded in the operation
};

struct CommitResult {
  Id id;
  Commit commit;
  bool root_commit = false;
  std::string branch;               ///< short name, empty if detached
};

/// What switch_to does to the branch besides moving HEAD there.
enum class BranchAction { none, create, reset };

struct CheckoutOptions {
  BranchAction branch_action = BranchAction::none;  ///< create: must not exist; reset: made or moved
  bool force = false;               ///< overwrite local changes and untracked files in the way
  bool overlay = true;              ///< restore(): keep tracked paths that the source lacks (git checkout's
                                    ///< way); false deletes them (git restore's)
};

struct UndoResult {
  Id operation;                     ///< the one that took back or restored
  std::vector<RefChange> changes;   ///< what it changed; empty: nothing to do, nothing published
  CheckoutResult files;
};

enum class FastForward { when_possible, never, only };

struct MergeRequest {
  Id theirs;                         ///< commit
  MergeOptions options;
  FastForward fast_forward = FastForward::when_possible;
  bool squash = false;               ///< stage the result as a change of our own; implies no commit
  bool commit = true;
  std::string message;
  Person author, committer;
  Time time;
};

struct MergeResult {
  enum class Outcome { up_to_date, fast_forward, merged, stopped };
  Outcome outcome = Outcome::up_to_date;
  std::optional<Id> before;          ///< HEAD
  std::optional<Id> commit;          ///< the new HEAD; absent if stopped
  TreeMerge tree;                    ///< if it was a real merge
  CheckoutResult files;
};

class Workspace {
 public:
  /// Makes `directory`/.vstore with a new store inside, or attached to `store_directory` (created if it
  /// is no store yet). A second init is harmless: returns false in `created`.
  static Workspace init(const std::string& directory, const std::string& store_directory,
                        std::string_view initial_branch, const WorkspaceOptions& options,
                        bool* created = nullptr);
  /// The workspace whose root is `directory` or the nearest parent with a `.vstore`. Throws `usage`
  /// ("not a vstore workspace") if there is none.
  static Workspace discover(const std::string& directory, const WorkspaceOptions& options);
  static Workspace open(const std::string& root, const WorkspaceOptions& options);
  Workspace(Workspace&&) noexcept;
  ~Workspace();

  const std::string& root() const;            ///< absolute, without trailing '/'
  const std::string& metadata_directory() const;  ///< the `.vstore`
  const std::string& id() const;
  Store& store();
  /// Full names of this workspace's refs.
  std::string head_ref() const;
  std::string stage_ref() const;
  std::string base_ref() const;
  RevisionContext revision_context() const;
  /// Configuration: `.vstore/config` of the store's directory, git's key syntax (section.key).
  std::optional<std::string> config(std::string_view key) const;

  /// The stage's root in the newest state (HEAD's tree when nothing was staged yet).
  Id stage_root() const;
  /// HEAD's commit and branch in the newest state.
  std::optional<Id> head_commit() const;
  std::optional<std::string> head_branch() const;  ///< full ref name; nullopt if detached

  AddResult add(const PathSelection& paths, const AddOptions& options, const std::string& command);
  /// Removes from the stage, and the files too unless `cached`. Refuses (`refused`) when a file differs
  /// from the stage or the stage from HEAD, unless forced. Returns the removed paths.
  struct RemoveOptions { bool cached = false, force = false, recursive = false, dry_run = false, ignore_unmatched = false; };
  std::vector<std::string> remove(const PathSelection& paths, const RemoveOptions& options,
                                  const std::string& command);
  /// Renames files or a directory, in the stage and on disk; returns (old, new) for each source. `refused`, with
  /// nothing moved, if a destination exists (unless forced, and never over a directory), if two sources
  /// would meet at one destination, or one lies in another; `not_found` if a source is not tracked.
  struct MoveOptions { bool force = false, dry_run = false; };
  std::vector<std::pair<std::string, std::string>> move(const std::vector<std::string>& sources,
                                                        const std::string& destination,
                                                        const MoveOptions& options,
                                                        const std::string& command);
  Status status(const StatusOptions& options = {});

  /// Differences between a snapshot root (or the stage) and the files, in path order and without untracked
  /// ones. Changed files are hashed but not stored: the content of `after` is on disk only. Throws if a
  /// tracked path could not be read.
  std::vector<Change> compare_files(const Id& before_root, const CompareOptions& options);

  /// Commits the stage, or some paths of it. `refused` with "nothing to commit" if nothing changed; `lost_race` if the branch
  /// is no longer at this workspace's base or the stage moved.
  CommitResult commit(const CommitOptions& options);

  /// Moves HEAD to a branch (full ref name) or detached to a commit, and files and stage with it,
  /// carrying local changes where they do not collide (git's rule); `refused` listing the paths in the
  /// way otherwise, nothing changed.
  CheckoutResult switch_to(const std::optional<std::string>& branch, const Id& commit,
                           const CheckoutOptions& options, const std::string& command);
  /// Copies paths from a snapshot root to the files (if `to_files`) and the stage (if `to_stage`), overwriting
  /// what is there, and whatever can't stand beside it ("a" against "a/x"). Paths that match nothing are
  /// `not_found`.
  CheckoutResult restore(const Id& source_root, const PathSelection& paths, bool to_files,
                         bool to_stage, const CheckoutOptions& options, const std::string& command);
  /// Moves the branch (or detached HEAD) to a commit. `soft` leaves stage and files, `mixed` resets the stage,
  /// `hard` the tracked files too, whatever they are now; untracked files stay unless they are in the way.
  enum class ResetMode { soft, mixed, hard };
  CheckoutResult reset(const Id& commit, ResetMode mode, const std::string& command);

  /// Takes an operation back, as undo_changes() says. Where it brought files to the stage, files go back too, by the
  /// rules of switch_to: `refused`, and nothing changed, if one holds anything but what the stage has.
  /// `keep_files` leaves all files as they are. To redo is to undo the undo.
  UndoResult undo(const Id& operation, bool keep_files, const std::string& command);
  /// Makes refs what they were after an operation, as restore_changes() says; files go along, by the same rules, if
  /// any operation since moved them.
  UndoResult restore_operation(const Id& operation, bool keep_files, const std::string& command);

  /// Merges a commit into HEAD. Local changes in files that the merge leaves alone stay; `refused`, with nothing
  /// changed, if one is in the way, if anything is staged, or if another merge is not finished. After a conflict,
  /// --no-commit or a squash the merge is pending: commit() finishes it, abort_merge() takes it back. Conflicting
  /// files are resolved by add() or remove().
  MergeResult merge(const MergeRequest& request, const std::string& command);
  std::optional<PendingMerge> pending_merge() const;
  /// Files that the merge wrote and the stage go back to HEAD, and HEAD to where it was before a sequence of picks.
  /// `refused` if nothing is pending.
  CheckoutResult abort_merge(const std::string& command);

  /// Picks commits, all in one operation. What needs help stops the sequence and is pending as a merge is: commit() or
  /// continue_pick() finish it, skip_pick() leaves it out. Local changes are treated as by merge().
  PickResult pick(const PickRequest& request, const std::string& command);
  PickResult continue_pick(const PickOptions& options, const std::string& command);
  PickResult skip_pick(const PickOptions& options, const std::string& command);

  /// Puts local changes away as a commit that a new ref below refs/stash/ names; nullopt if there are none.
  std::optional<Id> stash(const StashRequest& request, const std::string& command);
  /// Brings them back by a three-way merge, as unstaged changes; conflicts are pending as after a merge.
  UnstashResult unstash(const UnstashRequest& request, const std::string& command);

  /// A workspace path for what the user typed, relative to `cwd`; `usage` if it lies outside.
  std::string to_workspace_path(const std::string& cwd, const std::string& argument) const;

  struct Impl;

 private:
  explicit Workspace(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Where the workspace around a directory and its store lie, found without opening either: for what must work when
/// they are damaged.
struct WorkspacePlace {
  std::string root;                ///< absolute, without trailing '/'
  std::string metadata_directory;  ///< the `.vstore`
  std::string store;               ///< the store's directory
  std::string fault;               ///< what is wrong with the workspace's own files; empty: nothing
};
/// nullopt if there is none at or above `directory`.
std::optional<WorkspacePlace> find_workspace(const std::string& directory, const WorkspaceOptions& options = {});

/// What is wrong with the stat cache of a workspace, or nullopt. Nothing is lost with a stat cache.
std::optional<std::string> stat_cache_fault(const std::string& metadata_directory, const std::string& store_id);

/// The content id of a regular file on disk, as `add` would compute it; stores nothing. `io` if it can't be read or is
/// something else (a symlink too), `lost_race` if it changes meanwhile.
Id hash_file(const std::string& path);

/// Writes a snapshot (or what lies below `prefix` in it) into a new or empty directory, without a
/// workspace. In parallel, frame by frame.
CheckoutResult export_tree(const Snapshot& snapshot, const Id& root, const std::string& prefix,
                           const std::string& directory, unsigned threads = 0,
                           Progress* progress = nullptr);

}  // namespace vstore
