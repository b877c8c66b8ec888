// Undo in a workspace: refs go back, and files with the stage where they went with it (vstore/operations.h).
//
// A file is replaced or removed only if its content is the one that the stage has (of a path in conflict, the one that
// the merge wrote), which is in the store; anything else in the way ends the undo before anything was touched.
#include "vstore/operations.h"
#include "vstore/ref_update.h"
#include "workspace/apply_files.h"
#include "history/scratch_objects.h"
#include "workspace/file_move.h"
#include "workspace/merge_state.h"
#include "workspace/moved_files.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

constexpr const char* remedy = "commit them first, or give --keep-files to leave all files as they are";

/// A ref after the changes.
std::optional<RefValue> ref_after(const Snapshot& snapshot, const std::vector<RefChange>& changes, const std::string& name) {
  for (const RefChange& change : changes) {
    if (change.name == name) return change.after;
  }
  return snapshot.ref(name);
}

/// True if any operation after `id` moved this workspace's files.
bool files_moved_since(const Snapshot& snapshot, const Id& id, const std::string& stage_ref) {
  OperationLog log(snapshot);
  while (const auto entry = log.next()) {
    if (entry->id == id) return false;
    if (!entry->operation.files) continue;
    for (const RefChange& change : operation_changes(snapshot, entry->id)) {
      if (change.name == stage_ref) return true;
    }
  }
  return true;
}

class TakingBack {
 public:
  TakingBack(Workspace::Impl& ws, std::string command)
      : ws_(ws), txn_(ws.store.begin()), state_(ws.state_in(txn_.base())), command_(std::move(command)) {}

  const Snapshot& snapshot() const { return state_.snapshot; }
  UndoScope scope() const { return {ws_.ref("")}; }

  /// Files first, refs then: cut short between the two, the same undo can be run again. `moved`: where files go,
  /// unless they follow the stage.
  UndoResult run(std::vector<RefChange> changes, bool with_files, std::optional<Id> undoes,
                 const std::optional<MovedFiles>& moved = std::nullopt) {
    set_refs(txn_, changes);
    txn_.expect_ref(ws_.ref("stage"), state_.stage_ref);
    if (with_files) note_moved_files(ws_, txn_, moved);
    const PublishInfo info{.who = ws_.options.who, .command = command_, .time = std::nullopt, .files = with_files, .undoes = undoes};
    ask_watch(txn_, info);
    UndoResult result;
    ScratchObjects scratch(snapshot());
    const MovedFiles move = moved ? *moved : following_stage(scratch, changes);
    CheckoutMark mark(ws_);
    if (with_files && move.to != move.from) {
      const CheckoutPlan plan = plan_checkout(ws_, scratch, move.from, move.to, move.from, mark.earlier_was_cut_short());
      demand_allowed(plan, remedy);
      mark.begin();
      result.files = write_plan(ws_, scratch, plan, move.from, move.to);
      throw_first(result.files.problems);
    }
    result.operation = ws_.publish(txn_, info).operation;
    if (with_files && move.to != move.from) mark.finish();
    result.changes = std::move(changes);
    return result;
  }

 private:
  MovedFiles following_stage(ScratchObjects& scratch, const std::vector<RefChange>& changes) const {
    return {written_files(ws_, scratch, scratch, [&](const std::string& name) { return snapshot().ref(name); }),
            written_files(ws_, scratch, scratch, [&](const std::string& name) { return ref_after(snapshot(), changes, name); })};
  }

  Workspace::Impl& ws_;
  Transaction txn_;
  WorkState state_;
  std::string command_;
};

}  // namespace

UndoResult Workspace::undo(const Id& operation, bool keep_files, const std::string& command) {
  const auto lock = impl_->lock();
  TakingBack back(*impl_, command);
  auto changes = undo_changes(back.snapshot(), operation, back.scope());
  const bool with_files = back.snapshot().operation(operation).files && !keep_files;
  auto moved = with_files ? read_moved_files(*impl_, back.snapshot().at(operation)) : std::nullopt;
  if (moved) std::swap(moved->from, moved->to);
  return back.run(std::move(changes), with_files, operation, moved);
}

UndoResult Workspace::restore_operation(const Id& operation, bool keep_files, const std::string& command) {
  const auto lock = impl_->lock();
  TakingBack back(*impl_, command);
  auto changes = restore_changes(back.snapshot(), operation, back.scope());
  if (changes.empty()) return {back.snapshot().operation(), {}, {}};
  const bool with_files = !keep_files && files_moved_since(back.snapshot(), operation, impl_->ref("stage"));
  return back.run(std::move(changes), with_files, std::nullopt);
}

}  // namespace vstore
