// Switching HEAD with its files, and reset.
#include "history/scratch_objects.h"
#include "workspace/file_move.h"
#include "workspace/force_files.h"
#include "workspace/head_move.h"
#include "workspace/merge_state.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

void set_branch(Transaction& txn, const WorkState& state, const std::string& branch, const Id& commit, BranchAction action) {
  const std::optional<RefValue> now = state.snapshot.ref(branch);
  const std::optional<RefValue> target =
      commit.is_null() ? std::nullopt : std::optional(RefValue::commit(commit));
  if (action == BranchAction::none) {
    txn.expect_ref(branch, target);
  } else if (action == BranchAction::create && now) {
    throw Error(ErrorCode::refused, "a branch named '" + short_branch_name(branch) + "' already exists",
                "choose another name, or reset it with -C");
  } else {
    txn.set_ref(branch, now, target);
  }
}

/// Files go to a snapshot whatever they are now; those that a merge wrote go, too.
CheckoutResult overwrite_files(Workspace::Impl& ws, const WorkState& state, const Id& to) {
  ScratchObjects scratch(state.snapshot);
  const Id from = written_files(ws, scratch, scratch, [&](const std::string& name) { return state.snapshot.ref(name); });
  return force_files(ws, scratch, from, to);
}

}  // namespace

CheckoutResult Workspace::switch_to(const std::optional<std::string>& branch, const Id& commit,
                                    const CheckoutOptions& options, const std::string& command) {
  const auto lock = impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const Id from = state.base ? state.snapshot.commit(state.base->id).tree : empty_tree_id();
  const Id to = commit.is_null() ? empty_tree_id() : state.snapshot.commit(commit).tree;
  if (branch) set_branch(txn, state, *branch, commit, options.branch_action);
  const std::optional<RefValue> base = commit.is_null() ? std::nullopt : std::optional(RefValue::commit(commit));
  txn.set_ref(impl_->ref("base"), state.base, base);
  txn.set_ref(impl_->ref("HEAD"), state.head, branch ? RefValue::symbolic(*branch) : RefValue::commit(commit));
  if (!options.force) demand_no_merge(*impl_, state.snapshot, "switch");
  ask_before_files(*impl_, txn, command);

  CheckoutMark mark(*impl_);
  CheckoutResult result;
  Id stage = to;
  if (options.force) {
    mark.begin();
    result = overwrite_files(*impl_, state, to);
    throw_first(result.problems);
  } else {
    FileMove move = move_files(*impl_, txn, from, to, state.stage, mark);
    result = std::move(move.result);
    stage = move.stage;
  }
  clear_merge_state(*impl_, txn, state.snapshot);

  txn.set_ref(impl_->ref("stage"), state.stage_ref, RefValue::tree(stage));
  impl_->publish_with_files(txn, command);
  mark.finish();
  return result;
}

CheckoutResult Workspace::reset(const Id& commit, ResetMode mode, const std::string& command) {
  const auto lock = impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const Id to = state.snapshot.commit(commit).tree;
  if (mode == ResetMode::soft) demand_no_merge(*impl_, state.snapshot, "reset --soft");
  clear_merge_state(*impl_, txn, state.snapshot);
  const RefValue fresh = RefValue::commit(commit);
  if (state.branch) {
    const auto old = state.snapshot.ref(*state.branch);
    txn.set_ref(*state.branch, old, fresh);
    txn.expect_ref(impl_->ref("HEAD"), state.head);
  } else {
    txn.set_ref(impl_->ref("HEAD"), state.head, fresh);
  }
  txn.set_ref(impl_->ref("base"), state.base, fresh);
  txn.set_ref(impl_->ref("stage"), state.stage_ref, RefValue::tree(mode == ResetMode::soft ? state.stage : to));
  ask_before_files(*impl_, txn, command);

  CheckoutResult result;
  CheckoutMark mark(*impl_);
  if (mode == ResetMode::hard) {
    mark.begin();
    result = overwrite_files(*impl_, state, to);
    throw_first(result.problems);
  }
  if (mode == ResetMode::hard) impl_->publish_with_files(txn, command);
  else impl_->publish(txn, command);
  if (mode == ResetMode::hard) mark.finish();
  return result;
}

}  // namespace vstore
