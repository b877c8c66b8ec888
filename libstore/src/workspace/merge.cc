// Merging into a workspace: the merge happens in the store, then files, stage and HEAD follow it in one step.
#include "history/scratch_objects.h"
#include "workspace/file_move.h"
#include "workspace/force_files.h"
#include "workspace/head_move.h"
#include "workspace/merge_state.h"

namespace vstore {
namespace {

class MergeRun {
 public:
  MergeRun(Workspace::Impl& ws, const MergeRequest& request, const std::string& command)
      : ws_(ws),
        request_(request),
        command_(command),
        txn_(ws.store.begin()),
        state_(ws.state_in(txn_.base())),
        mark_(ws) {}

  MergeResult run() {
    demand_no_merge(ws_, state_.snapshot, "merge");
    demand_at_base(state_, "merge");
    result_.before = state_.head_commit;
    if (!state_.head_commit) return fast_forward();
    const Id head = *state_.head_commit;
    if (head == request_.theirs || is_ancestor(state_.snapshot, request_.theirs, head))
      return std::move(result_);
    const bool ahead = is_ancestor(state_.snapshot, head, request_.theirs);
    if (ahead && !request_.squash && request_.fast_forward != FastForward::never) return fast_forward();
    if (request_.fast_forward == FastForward::only && !ahead) {
      throw Error(ErrorCode::refused, "not possible to fast-forward",
                  "leave out --ff-only to merge, or rebase first");
    }
    return real_merge(head);
  }

 private:
  MergeResult fast_forward() {
    const Id to = state_.snapshot.commit(request_.theirs).tree;
    set_head(request_.theirs);
    ask_before_files(ws_, txn_, command_);
    FileMove move = move_files(ws_, txn_, state_.head_tree, to, state_.stage, mark_);
    result_.files = std::move(move.result);
    result_.outcome = MergeResult::Outcome::fast_forward;
    finish(move.stage);
    return std::move(result_);
  }

  MergeResult real_merge(const Id& head) {
    demand_nothing_staged(state_, "merge");
    result_.tree = merge_commits(txn_, head, request_.theirs, request_.options);
    if (result_.tree.clean() && request_.commit && !request_.squash) {
      result_.outcome = MergeResult::Outcome::merged;
      set_head(put_commit(head));
      ask_before_files(ws_, txn_, command_);
    } else {
      result_.outcome = MergeResult::Outcome::stopped;
      write_merge_state(ws_, txn_, state_.snapshot, pending());
      keep_head();
    }
    FileMove move = move_files(ws_, txn_, state_.head_tree, result_.tree.files, state_.stage, mark_);
    result_.files = std::move(move.result);
    finish(result_.tree.stage);
    return std::move(result_);
  }

  Id put_commit(const Id& head) {
    Commit commit;
    commit.tree = result_.tree.files;
    commit.parents = {head, request_.theirs};
    commit.author = request_.author;
    commit.committer = request_.committer;
    commit.author_time = commit.commit_time = request_.time;
    commit.message = request_.message;
    return txn_.put(ObjectType::commit, as_bytes(encode(commit)), &head);
  }

  MergeState pending() {
    MergeState pending;
    pending.kind = request_.squash ? MergeKind::squash : MergeKind::merge;
    if (!request_.squash) pending.other = request_.theirs;
    pending.message = request_.message;
    pending.files = result_.tree.files;
    set_conflicts(txn_, result_.tree.conflicts, pending);
    return pending;
  }

  void set_head(const Id& commit) {
    result_.commit = commit;
    move_head(ws_, txn_, state_, commit);
  }

  void keep_head() {
    txn_.expect_ref(ws_.ref("HEAD"), state_.head);
    txn_.expect_ref(ws_.ref("base"), state_.base);
  }

  void finish(const Id& stage) {
    txn_.set_ref(ws_.ref("stage"), state_.stage_ref, RefValue::tree(stage));
    ws_.publish_with_files(txn_, command_);
    mark_.finish();
  }

  Workspace::Impl& ws_;
  const MergeRequest& request_;
  const std::string& command_;
  Transaction txn_;
  const WorkState state_;
  CheckoutMark mark_;
  MergeResult result_;
};

}  // namespace

MergeResult Workspace::merge(const MergeRequest& request, const std::string& command) {
  const auto lock = impl_->lock();
  return MergeRun(*impl_, request, command).run();
}

std::optional<PendingMerge> Workspace::pending_merge() const {
  const Snapshot snapshot = impl_->store.snapshot();
  const auto state = read_merge_state(*impl_, snapshot);
  if (!state) return std::nullopt;
  return pending_of(snapshot, *state);
}

CheckoutResult Workspace::abort_merge(const std::string& command) {
  const auto lock = impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const auto pending = read_merge_state(*impl_, state.snapshot);
  if (!pending) throw Error(ErrorCode::refused, "there is no merge to take back", "'vstore status' says what is under way");
  const Id original = pending->original.value_or(state.head_commit.value_or(Id()));
  const Id to = original.is_null() ? empty_tree_id() : state.snapshot.commit(original).tree;
  clear_merge_state(*impl_, txn, state.snapshot);
  if (pending->branch) {
    txn.expect_ref(*pending->branch, RefValue::commit(original));
    txn.set_ref(impl_->ref("HEAD"), state.head, RefValue::symbolic(*pending->branch));
    txn.set_ref(impl_->ref("base"), state.base, RefValue::commit(original));
  } else if (pending->original) {
    move_head(*impl_, txn, state, original);
  }
  txn.set_ref(impl_->ref("stage"), state.stage_ref, RefValue::tree(to));
  ask_before_files(*impl_, txn, command);

  ScratchObjects scratch(state.snapshot);
  const Id from = written_files(*impl_, scratch, scratch, [&](const std::string& name) { return state.snapshot.ref(name); });
  CheckoutMark mark(*impl_);
  mark.begin();
  CheckoutResult result = take_back_files(*impl_, scratch, from, to);
  throw_first(result.problems);
  impl_->publish_with_files(txn, command);
  mark.finish();
  return result;
}

}  // namespace vstore
