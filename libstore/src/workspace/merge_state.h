// workspace/merge_state.h - a merge that was begun and is not committed: what a conflict, --no-commit or
// --squash leaves behind. It lies in the view (docs/format/view.md), so it moves together with HEAD and
// stage, and undo takes it back with them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workspace/workspace_impl.h"

namespace vstore {

struct MergeState {
  MergeKind kind = MergeKind::merge;
  std::optional<Id> other;  ///< the commit that is merged; a squashed one leaves no trace, nor does one that is
                            ///< committed while others are still to be picked
  std::string message;      ///< of the commit to come
  Id files;                 ///< snapshot that the merge wrote to the files
  Id base = empty_tree_id(), ours = base, theirs = base;  ///< maps of the paths still in conflict, as each side has them
  Id beside = base;         ///< what was written beside conflicting files: in no stage, but on disk

  // Of a sequence of picks:
  std::vector<Id> todo;                ///< commits after this one
  std::optional<Id> original;          ///< what --abort goes back to
  std::optional<Id> onto;              ///< rebase: where to
  std::optional<std::string> branch;   ///< rebase: the branch that moves when all is done; full name
  std::map<std::string, std::string> settings;

  /// True if there is more to do after this commit.
  bool in_sequence() const { return !todo.empty() || kind == MergeKind::rebase; }
};

/// A path in conflict.
struct UnresolvedPath {
  std::string path;
  bool base = false, ours = false, theirs = false;  ///< which of them have it
};

std::optional<MergeState> read_merge_state(const Workspace::Impl& ws, const Snapshot& snapshot);
/// In path order; reads what is in conflict only.
std::vector<UnresolvedPath> unresolved_paths(const Snapshot& snapshot, const MergeState& state);

/// The same for the library's users.
PendingMerge pending_of(const Snapshot& snapshot, const MergeState& state);

/// These change the refs in `txn`, which must have begun at `snapshot`.
void write_merge_state(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot,
                       const MergeState& state);
void clear_merge_state(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot);
/// Fills in the maps of what is in conflict.
void set_conflicts(Transaction& txn, const std::vector<MergeConflict>& conflicts, MergeState& state);
/// Takes the paths for which `resolved` holds out of the conflicts; false if there are none.
bool resolve_conflicts(const Workspace::Impl& ws, Transaction& txn, const Snapshot& snapshot,
                       const std::function<bool(std::string_view)>& resolved);

/// Throws `refused` if a path is in conflict.
void demand_resolved(const WorkState& state, const MergeState& merge);
/// The author of a picked commit, and what else it hands down, go to the commit that concludes it.
void credit(const Snapshot& snapshot, const MergeState& merge, Commit& commit);

/// What the files of this workspace should hold in a state of its refs: the stage, of a path in conflict what the
/// merge wrote; and what it put beside.
using RefLookup = std::function<std::optional<RefValue>(const std::string&)>;
Id stage_with_conflicts(const Workspace::Impl& ws, const ObjectReader& reader, ObjectWriter& writer, const RefLookup& refs);
Id written_files(const Workspace::Impl& ws, const ObjectReader& reader, ObjectWriter& writer, const RefLookup& refs);

/// Throws `refused` if something is pending: "cannot <what>: ...".
void demand_no_merge(const Workspace::Impl& ws, const Snapshot& snapshot, const char* what);

}  // namespace vstore
