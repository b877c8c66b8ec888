// Undo in a workspace: refs go back, and files with the stage where they went with it (vstore/operations.h).
//
// A file is replaced or removed only if its content is the one that the stage has, which is in the store; anything else
// in the way ends the undo before anything was touched.
#include "vstore/operations.h"
#include "workspace/apply_files.h"
#include "workspace/checkout_plan.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

constexpr const char* remedy = "commit them first, or give --keep-files to leave all files as they are";

/// The stage after the changes.
Id stage_after(const WorkState& state, const std::vector<RefChange>& changes, const std::string& stage_ref) {
  for (const RefChange& change : changes) {
    if (change.name == stage_ref) return change.after ? change.after->id : empty_tree_id();
  }
  return state.stage;
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

  /// Files first, refs then: cut short between the two, the same undo can be run again.
  UndoResult run(std::vector<RefChange> changes, bool with_files, std::optional<Id> undoes) {
    UndoResult result;
    const Id to = stage_after(state_, changes, ws_.ref("stage"));
    CheckoutMark mark(ws_);
    if (with_files && to != state_.stage) {
      const CheckoutPlan plan =
          plan_checkout(ws_, snapshot(), state_.stage, to, state_.stage, mark.earlier_was_cut_short());
      demand_allowed(plan, remedy);
      mark.begin();
      result.files = write_plan(ws_, snapshot(), plan, state_.stage, to);
      throw_first(result.files.problems);
    }
    set_refs(txn_, changes);
    txn_.expect_ref(ws_.ref("stage"), state_.stage_ref);
    PublishInfo info;
    info.who = ws_.options.who;
    info.command = command_;
    info.files = with_files;
    info.undoes = undoes;
    result.operation = ws_.publish(txn_, info).operation;
    if (with_files && to != state_.stage) mark.finish();
    result.changes = std::move(changes);
    return result;
  }

 private:
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
  return back.run(std::move(changes), with_files, operation);
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
