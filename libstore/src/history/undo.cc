// history/undo.cc - what an undo takes back, and the ref changes that do it.
//
// 1. An undo takes back the changes of one operation and nothing else; a ref that was changed since ends it, with
//    nothing taken back.
// 2. An undo is an operation that names the one it takes back; a redo is an undo of an undo. So, read from the newest
//    backwards, an operation that a living undo names is dead, and an undo that a living redo names is dead too.
// 3. The refs of another workspace stay as they are: its files could not follow them.
// 4. What an operation noted about the files that it moved is no state: it is not brought back (workspace/moved_files.h).
#include <unordered_set>

#include "vstore/names.h"
#include "vstore/operations.h"

namespace vstore {

bool UndoScope::is_foreign(std::string_view ref) const {
  return ref.starts_with("workspaces/") && (workspace.empty() || !ref.starts_with(workspace));
}

namespace {

bool concerns(const Snapshot& snapshot, const UndoScope& scope, const Id& operation) {
  const std::vector<RefChange> changes = operation_changes(snapshot, operation);
  for (const RefChange& change : changes) {
    if (scope.is_foreign(change.name)) return false;
  }
  return !changes.empty();
}

bool makes_workspace(const RefChange& change) {
  return change.name.starts_with("workspaces/") && change.name.ends_with("/HEAD") && !change.before;
}

/// What the log comes to, read from the newest backwards.
class LiveOperations {
 public:
  LiveOperations(const Snapshot& snapshot, const UndoScope& scope) : snapshot_(snapshot), scope_(scope), log_(snapshot) {}

  /// The next that was not taken back and is of this scope.
  std::optional<OperationEntry> next() {
    while (auto entry = log_.next()) {
      if (dead_.contains(entry->id)) continue;
      if (entry->operation.undoes) dead_.insert(*entry->operation.undoes);
      if (concerns(snapshot_, scope_, entry->id)) return entry;
    }
    return std::nullopt;
  }

  /// True if it takes back an undo.
  bool is_redo(const Operation& operation) const {
    return operation.undoes && snapshot_.find(*operation.undoes) && snapshot_.operation(*operation.undoes).undoes;
  }

 private:
  const Snapshot& snapshot_;
  const UndoScope& scope_;
  OperationLog log_;
  std::unordered_set<Id> dead_;
};

bool is_note(const RefChange& change) {
  return change.name.starts_with("workspaces/") && change.name.find("/moved/") != std::string::npos;
}

std::string described(const OperationEntry& entry) {
  return entry.id.abbrev() + " (" + escape_for_terminal(entry.operation.command) + ")";
}

/// The operation that gave the ref its present value.
std::string last_changed_by(const Snapshot& snapshot, const std::string& ref) {
  const auto entry = Reflog(snapshot, ref).next();
  return entry ? described(entry->made_by) : "an earlier operation";
}

/// The ref of another workspace's HEAD that is at this branch, if any.
bool is_checked_out_elsewhere(const Snapshot& snapshot, const UndoScope& scope, const std::string& branch) {
  for (const Ref& ref : snapshot.refs("workspaces/")) {
    const bool head = ref.name.ends_with("/HEAD") && scope.is_foreign(ref.name);
    if (head && ref.value == RefValue::symbolic(branch)) return true;
  }
  return false;
}

void check_allowed(const Snapshot& snapshot, const UndoScope& scope, const RefChange& change) {
  if (!change.after && change.name.starts_with("refs/heads/") && is_checked_out_elsewhere(snapshot, scope, change.name)) {
    throw Error(ErrorCode::refused, "cannot take back the making of '" + change.name + "': another workspace is on that branch",
                "switch that workspace to another branch first");
  }
}

}  // namespace

std::optional<Id> operation_to_undo(const Snapshot& snapshot, const UndoScope& scope) {
  LiveOperations live(snapshot, scope);
  while (const auto entry = live.next()) {
    if (entry->operation.undoes) continue;
    for (const RefChange& change : operation_changes(snapshot, entry->id)) {
      if (makes_workspace(change)) return std::nullopt;
    }
    return entry->id;
  }
  return std::nullopt;
}

std::optional<Id> operation_to_redo(const Snapshot& snapshot, const UndoScope& scope) {
  LiveOperations live(snapshot, scope);
  while (const auto entry = live.next()) {
    if (!entry->operation.undoes) return std::nullopt;
    if (!live.is_redo(entry->operation)) return entry->id;
  }
  return std::nullopt;
}

std::vector<RefChange> undo_changes(const Snapshot& snapshot, const Id& id, const UndoScope& scope) {
  const OperationEntry entry{id, snapshot.operation(id)};
  if (!previous_operation(snapshot, id)) {
    throw Error(ErrorCode::refused, "operation " + described(entry) + " is the oldest that is known: it cannot be taken back");
  }
  std::vector<RefChange> changes = operation_changes(snapshot, id);
  std::erase_if(changes, [&](const RefChange& change) { return is_note(change) && !scope.is_foreign(change.name); });
  for (RefChange& change : changes) {
    if (scope.is_foreign(change.name)) {
      throw Error(ErrorCode::refused, "operation " + described(entry) + " concerns another workspace", "take it back there");
    }
    if (makes_workspace(change)) {
      throw Error(ErrorCode::refused, "operation " + described(entry) + " made this workspace: it cannot be taken back");
    }
    if (snapshot.ref(change.name) != change.after) {
      throw Error(ErrorCode::refused,
                  "cannot take back operation " + described(entry) + ": '" + change.name + "' was changed since, by operation " +
                      last_changed_by(snapshot, change.name),
                  "take that one back first, or go back to an earlier state of everything with 'vstore op restore'");
    }
    std::swap(change.before, change.after);
    check_allowed(snapshot, scope, change);
  }
  return changes;
}

std::vector<RefChange> restore_changes(const Snapshot& snapshot, const Id& operation, const UndoScope& scope) {
  std::vector<RefChange> changes = ref_changes(snapshot, snapshot.view().root(), snapshot.operation(operation).view);
  std::erase_if(changes, [&](const RefChange& change) {
    const bool own = !scope.workspace.empty() && change.name.starts_with(scope.workspace);
    return is_note(change) || (!own && change.name != "HEAD" && !change.name.starts_with("refs/"));
  });
  for (const RefChange& change : changes) {
    if (change.name.ends_with("/HEAD") && !change.after && change.name.starts_with("workspaces/")) {
      throw Error(ErrorCode::refused, "at operation " + operation.abbrev() + " this workspace did not exist yet");
    }
    check_allowed(snapshot, scope, change);
  }
  return changes;
}

}  // namespace vstore
