// vstore/operations.h - the operation log: what changed the refs, when and by whom, and how to take it back.
//
// Every publish adds one operation, which names the view (the map of all refs) as it left it. So the state of
// all refs at any time is in the log: Snapshot::at(operation) reads it. The log reaches back as far as
// operations are kept; what came before has expired, which is no damage.
//
// To undo an operation is to publish another one that takes its ref changes back, and only those, each if the
// ref still has the value that the operation gave it. An undo can be undone; `redo` is that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/revision.h"
#include "vstore/store.h"

namespace vstore {

struct OperationEntry {
  Id id;
  Operation operation;
};

/// The operations that led to a snapshot, newest first. Belongs to one thread.
class OperationLog {
 public:
  explicit OperationLog(Snapshot snapshot);
  /// nullopt after the oldest that is kept.
  std::optional<OperationEntry> next();

 private:
  Snapshot snapshot_;
  std::optional<Id> next_;
};

/// The operation before; nullopt for a store's first one, and where the one before has expired.
std::optional<Id> previous_operation(const Snapshot& snapshot, const Id& operation);

/// "@" (the newest), an id, the beginning of one (4 digits or more), each with any number of "-" behind it: the
/// operation before. Throws `not_found`, `usage`.
Id resolve_operation(const Snapshot& snapshot, std::string_view text);

/// The newest operation that is no later than `seconds`; `not_found` if the log does not reach back so far.
Id operation_at(const Snapshot& snapshot, std::int64_t seconds);

/// A ref that differs between two states.
struct RefChange {
  std::string name;
  std::optional<RefValue> before;  ///< nullopt: no such ref
  std::optional<RefValue> after;
};

/// In name order.
std::vector<RefChange> ref_changes(const Snapshot& snapshot, const Id& view_before, const Id& view_after);
/// What an operation changed. Of the oldest that is kept: everything that was there after it.
std::vector<RefChange> operation_changes(const Snapshot& snapshot, const Id& operation);

// ------------------------------------------------------------------------------------------ reflog --

/// One value that a ref had.
struct ReflogEntry {
  OperationEntry made_by;         ///< what gave it this value
  std::optional<RefValue> value;  ///< nullopt: deleted
  std::optional<Id> commit;       ///< what it led to then, through symbolic refs and tags
};

/// The values of a ref, newest first; deleted refs have one too. A symbolic ref has a new value when it or what
/// it leads to changes. Belongs to one thread.
class Reflog {
 public:
  Reflog(Snapshot snapshot, std::string ref);
  std::optional<ReflogEntry> next();

 private:
  struct Value {
    std::optional<RefValue> ref;
    std::optional<Id> commit;
    friend bool operator==(const Value&, const Value&) = default;
  };
  Value value_in(const Id& operation) const;

  Snapshot snapshot_;
  std::string ref_;
  OperationLog log_;
  std::optional<OperationEntry> at_;
  Value value_;
};

/// expand_ref(), and if no such ref exists, one that did: by the same order, the HEAD of remotes apart.
std::optional<std::string> expand_ref_ever(const Snapshot& snapshot, const RevisionContext& context, std::string_view name);

/// The commit that a workspace's HEAD was at before its N-th last switch, and the branch if it was at one: "@{-N}".
struct PreviousHead {
  std::optional<std::string> branch;  ///< full name
  std::optional<Id> commit;           ///< nullopt: unborn
};
std::optional<PreviousHead> previous_head(const Snapshot& snapshot, const std::string& head, std::uint64_t n);

// ------------------------------------------------------------------------------------------- undo --

/// Which refs a caller may take back: those of all, and those of its own workspace, but not another's, whose
/// files it could not move. Default: no workspace.
struct UndoScope {
  std::string workspace;  ///< "workspaces/<id>/", or empty
  /// True if the name belongs to another workspace.
  bool is_foreign(std::string_view ref) const;
};

/// What `undo` without an argument takes back: the newest operation of this scope that is not an undo and has not
/// been taken back. nullopt: nothing left.
std::optional<Id> operation_to_undo(const Snapshot& snapshot, const UndoScope& scope);
/// What `redo` takes back: the newest undo, unless something else was done since.
std::optional<Id> operation_to_redo(const Snapshot& snapshot, const UndoScope& scope);

/// The changes that take an operation back, ready to be published on `snapshot`. `refused` if one of its refs was
/// changed since, if it concerns another workspace, made this one, or made a branch that another one is on.
std::vector<RefChange> undo_changes(const Snapshot& snapshot, const Id& operation, const UndoScope& scope);
/// The changes that make refs ("refs/", "HEAD", those of the scope's workspace) what they were after an operation.
std::vector<RefChange> restore_changes(const Snapshot& snapshot, const Id& operation, const UndoScope& scope);

/// Sets each ref to its `after`, expecting its `before`.
void set_refs(Transaction& transaction, const std::vector<RefChange>& changes);

}  // namespace vstore
