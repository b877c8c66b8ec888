// Merging into a workspace: the merge happens in the store, then files, stage and HEAD follow it in one step.
#include "workspace/file_move.h"
#include "workspace/force_files.h"
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
    demand_at_base();
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
  void demand_at_base() const {
    if (!state_.base_moved()) return;
    const std::string branch = state_.branch ? short_branch_name(*state_.branch) : "HEAD";
    throw Error(ErrorCode::lost_race,
                "branch '" + branch + "' was moved by another workspace since this one's last commit",
                "take in its changes with 'vstore switch " + branch + "', then merge again");
  }

  MergeResult fast_forward() {
    const Id to = state_.snapshot.commit(request_.theirs).tree;
    FileMove move = move_files(ws_, txn_, state_.head_tree, to, state_.stage, mark_);
    result_.files = std::move(move.result);
    result_.outcome = MergeResult::Outcome::fast_forward;
    set_head(request_.theirs);
    finish(move.stage);
    return std::move(result_);
  }

  MergeResult real_merge(const Id& head) {
    if (state_.stage != state_.head_tree) {
      throw Error(ErrorCode::refused, "cannot merge: the stage differs from HEAD",
                  "commit or stash what is staged first");
    }
    result_.tree = merge_commits(txn_, head, request_.theirs, request_.options);
    FileMove move = move_files(ws_, txn_, state_.head_tree, result_.tree.files, state_.stage, mark_);
    result_.files = std::move(move.result);
    if (result_.tree.clean() && request_.commit && !request_.squash) {
      result_.outcome = MergeResult::Outcome::merged;
      set_head(put_commit(head));
    } else {
      result_.outcome = MergeResult::Outcome::stopped;
      write_merge_state(ws_, txn_, state_.snapshot, pending());
      keep_head();
    }
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
    const RefValue fresh = RefValue::commit(commit);
    const auto old = state_.head_commit ? std::optional(RefValue::commit(*state_.head_commit)) : std::nullopt;
    if (state_.branch) {
      txn_.set_ref(*state_.branch, old, fresh);
      txn_.expect_ref(ws_.ref("HEAD"), state_.head);
    } else {
      txn_.set_ref(ws_.ref("HEAD"), state_.head, fresh);
    }
    txn_.set_ref(ws_.ref("base"), state_.base, fresh);
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
  CheckoutMark mark(*impl_);
  mark.begin();
  CheckoutResult result = take_back_files(*impl_, state.snapshot, pending->files, state.head_tree);
  throw_first(result.problems);
  clear_merge_state(*impl_, txn, state.snapshot);
  impl_->set_stage(txn, state, state.head_tree);
  impl_->publish_with_files(txn, command);
  mark.finish();
  return result;
}

}  // namespace vstore
