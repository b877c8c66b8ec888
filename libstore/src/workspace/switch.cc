// Switching HEAD with its files, and reset.
#include "workspace/apply_files.h"
#include "workspace/checkout_plan.h"
#include "workspace/force_files.h"
#include "workspace/stage_edit.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

/// The stage after moving from one snapshot to another: local staging is carried along.
Id carry_stage(Transaction& txn, const CheckoutPlan& plan, const Id& stage, const Id& from, const Id& to) {
  if (plan.stage_is_source) return to;
  StageEdit edit(txn, stage);
  TreeDiff diff(Tree(txn, from), Tree(txn, to));
  const Tree staged(txn, stage);
  while (auto change = diff.next()) {
    if (staged.get(change->key) == change->before) edit.put(change->key, change->after);
  }
  return edit.finish();
}

}  // namespace

// Streams what is to be written, so that a checkout of millions of files holds none of them in memory.
CheckoutResult write_plan(Workspace::Impl& ws, const Snapshot& snapshot, const CheckoutPlan& plan, const Id& from,
                          const Id& to) {
  TreeDiff diff(Tree(snapshot, from), Tree(snapshot, to));
  return apply_files(ws, snapshot, plan.removals, [&]() -> std::optional<WriteItem> {
    while (auto change = diff.next()) {
      if (!change->after || plan.leave.contains(change->key)) continue;
      const bool replace = change->before.has_value() || plan.overwrite.contains(change->key);
      return WriteItem{std::move(change->key), *change->after, replace};
    }
    return std::nullopt;
  }, plan.writes);
}

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

}  // namespace

CheckoutResult Workspace::switch_to(const std::optional<std::string>& branch, const Id& commit,
                                    const CheckoutOptions& options, const std::string& command) {
  const auto lock = impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const Id from = state.base ? state.snapshot.commit(state.base->id).tree : empty_tree_id();
  const Id to = commit.is_null() ? empty_tree_id() : state.snapshot.commit(commit).tree;
  if (branch) set_branch(txn, state, *branch, commit, options.branch_action);

  CheckoutMark mark(*impl_);
  CheckoutResult result;
  Id stage = to;
  if (options.force) {
    mark.begin();
    result = force_files(*impl_, state.snapshot, state.stage, to);
  } else {
    const CheckoutPlan plan =
        plan_checkout(*impl_, state.snapshot, from, to, state.stage, mark.earlier_was_cut_short());
    demand_allowed(plan);
    stage = carry_stage(txn, plan, state.stage, from, to);
    mark.begin();
    result = write_plan(*impl_, state.snapshot, plan, from, to);
  }
  throw_first(result.problems);

  txn.set_ref(impl_->ref("stage"), state.stage_ref, RefValue::tree(stage));
  const std::optional<RefValue> base = commit.is_null() ? std::nullopt : std::optional(RefValue::commit(commit));
  txn.set_ref(impl_->ref("base"), state.base, base);
  txn.set_ref(impl_->ref("HEAD"), state.head, branch ? RefValue::symbolic(*branch) : RefValue::commit(commit));
  impl_->publish_with_files(txn, command);
  mark.finish();
  return result;
}

CheckoutResult Workspace::reset(const Id& commit, ResetMode mode, const std::string& command) {
  const auto lock = impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const Id to = state.snapshot.commit(commit).tree;
  CheckoutResult result;
  CheckoutMark mark(*impl_);
  if (mode == ResetMode::hard) {
    mark.begin();
    result = force_files(*impl_, state.snapshot, state.stage, to);
    throw_first(result.problems);
  }
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
  if (mode == ResetMode::hard) impl_->publish_with_files(txn, command);
  else impl_->publish(txn, command);
  if (mode == ResetMode::hard) mark.finish();
  return result;
}

}  // namespace vstore
