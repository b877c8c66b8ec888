// Cherry-pick, revert and rebase in a workspace: all is computed in the store first, then files, stage and HEAD go
// there in one step. What stops for help leaves the rest of its commits in the merge state.
#include "vstore/pick.h"

#include "workspace/file_move.h"
#include "workspace/force_files.h"
#include "workspace/head_move.h"
#include "workspace/merge_state.h"

namespace vstore {
namespace {

class PickSequence {
 public:
  PickSequence(Workspace::Impl& ws, const PickOptions& options, const std::string& command)
      : ws_(ws),
        options_(options),
        command_(command),
        txn_(ws.store.begin()),
        state_(ws.state_in(txn_.base())),
        mark_(ws) {}

  PickResult begin(const PickRequest& request) {
    const std::string what(to_string(request.kind));
    demand_no_merge(ws_, state_.snapshot, what.c_str());
    demand_at_base(state_, what.c_str());
    if (!state_.head_commit) {
      throw Error(ErrorCode::refused, "cannot " + what + ": there are no commits yet", "make one with 'vstore commit'");
    }
    if (options_.commit) demand_nothing_staged(state_, what.c_str());
    sequence_.kind = request.kind;
    sequence_.settings = request.settings;
    sequence_.original = *state_.head_commit;
    result_.before = *state_.head_commit;
    if (request.kind == MergeKind::rebase) return begin_rebase(request);
    run(*state_.head_commit, state_.stage, request.commits);
    return finish();
  }

  /// Commits what was resolved, if anything waits to be, then goes on.
  PickResult go_on(const MergeState& pending) {
    demand_at_base(state_, "go on");
    demand_resolved(state_, pending);
    if (!pending.other) demand_nothing_staged(state_, "go on");
    sequence_ = pending;
    result_.before = *state_.head_commit;
    const Id from = pending.other ? commit_resolved(pending) : *state_.head_commit;
    run(from, state_.stage, pending.todo);
    return finish();
  }

 private:
  PickResult begin_rebase(const PickRequest& request) {
    const std::optional<std::string> branch = request.branch ? request.branch : state_.branch;
    sequence_.branch = branch;
    sequence_.onto = request.onto;
    sequence_.original = request.branch ? state_.snapshot.ref_commit(*branch) : state_.head_commit;
    run(request.onto, state_.snapshot.commit(request.onto).tree, request.commits);
    return finish();
  }

  Id commit_resolved(const MergeState& pending) {
    if (state_.stage == state_.head_tree) {
      if (pending.kind == MergeKind::rebase) {
        result_.run.done.push_back({*pending.other, std::nullopt});
        return *state_.head_commit;
      }
      const std::string kind(to_string(pending.kind));
      throw Error(ErrorCode::refused, "the " + kind + " is empty now",
                  "leave it out with 'vstore " + kind + " --skip', or 'vstore commit --allow-empty'");
    }
    Commit commit;
    commit.tree = state_.stage;
    commit.parents = {*state_.head_commit};
    commit.author = options_.author;
    commit.author_time = options_.author_time;
    commit.committer = options_.committer;
    commit.commit_time = options_.commit_time;
    commit.message = pending.message;
    credit(state_.snapshot, pending, commit);
    const Id id = txn_.put(ObjectType::commit, as_bytes(encode(commit)), &*state_.head_commit);
    result_.run.done.push_back({*pending.other, id});
    return id;
  }

  void run(const Id& onto, const Id& files, const std::vector<Id>& commits) {
    std::vector<Picked> done = std::move(result_.run.done);
    result_.run = pick_commits(txn_, onto, files, commits, options_);
    done.insert(done.end(), result_.run.done.begin(), result_.run.done.end());
    result_.run.done = std::move(done);
  }

  PickResult finish() {
    const PickRun& run = result_.run;
    if (run.stop) {
      stop();
    } else {
      clear_merge_state(ws_, txn_, state_.snapshot);
      if (sequence_.branch) finish_branch();
      else move_head(ws_, txn_, state_, run.head);
    }
    ask_before_files(ws_, txn_, command_);
    FileMove move = move_files(ws_, txn_, state_.stage, run.stop ? run.stop->tree.files : run.files, state_.stage, mark_);
    result_.files = std::move(move.result);
    txn_.set_ref(ws_.ref("stage"), state_.stage_ref, RefValue::tree(run.stop ? run.stop->tree.stage : move.stage));
    ws_.publish_with_files(txn_, command_);
    mark_.finish();
    return std::move(result_);
  }

  void stop() {
    const PickStop& stop = *result_.run.stop;
    MergeState pending = sequence_;
    pending.other = stop.commit;
    pending.message = stop.message;
    pending.files = stop.tree.files;
    pending.todo = result_.run.rest;
    set_conflicts(txn_, stop.tree.conflicts, pending);
    if (!options_.commit) {  // git's -n: what is left is a change like any other
      pending.kind = MergeKind::apply;
      pending.other = pending.original = std::nullopt;
      pending.todo.clear();
    }
    write_merge_state(ws_, txn_, state_.snapshot, pending);
    if (sequence_.branch) detach_head(ws_, txn_, state_, result_.run.head);
    else move_head(ws_, txn_, state_, result_.run.head);
  }

  /// The branch goes to the new commits, and HEAD back to the branch.
  void finish_branch() {
    const RefValue fresh = RefValue::commit(result_.run.head);
    txn_.set_ref(*sequence_.branch, RefValue::commit(*sequence_.original), fresh);
    txn_.set_ref(ws_.ref("HEAD"), state_.head, RefValue::symbolic(*sequence_.branch));
    txn_.set_ref(ws_.ref("base"), state_.base, fresh);
  }

  Workspace::Impl& ws_;
  const PickOptions& options_;
  const std::string& command_;
  Transaction txn_;
  const WorkState state_;
  CheckoutMark mark_;
  MergeState sequence_;
  PickResult result_;
};

MergeState pending_pick(const Workspace::Impl& ws, const Snapshot& snapshot) {
  auto pending = read_merge_state(ws, snapshot);
  if (pending && pending->original) return *std::move(pending);
  throw Error(ErrorCode::refused, "there is nothing to go on with", "'vstore status' says what is under way");
}

/// The commit that stopped the sequence is forgotten: files and stage go back to HEAD.
void drop_stopped(Workspace::Impl& ws, MergeState pending, const std::string& command) {
  Transaction txn = ws.store.begin();
  const WorkState state = ws.state_in(txn.base());
  const Id from = written_files(ws, txn, txn, [&](const std::string& name) { return state.snapshot.ref(name); });
  CheckoutMark mark(ws);
  mark.begin();
  throw_first(take_back_files(ws, txn, from, state.head_tree).problems);
  pending.other = std::nullopt;
  pending.message.clear();
  pending.files = state.head_tree;
  pending.base = pending.ours = pending.theirs = pending.beside = empty_tree_id();
  write_merge_state(ws, txn, state.snapshot, pending);
  ws.set_stage(txn, state, state.head_tree);
  ws.publish_with_files(txn, command);
  mark.finish();
}

}  // namespace

PickResult Workspace::pick(const PickRequest& request, const std::string& command) {
  const auto lock = impl_->lock();
  return PickSequence(*impl_, request.options, command).begin(request);
}

PickResult Workspace::continue_pick(const PickOptions& options, const std::string& command) {
  const auto lock = impl_->lock();
  const MergeState pending = pending_pick(*impl_, impl_->store.snapshot());
  return PickSequence(*impl_, options, command).go_on(pending);
}

PickResult Workspace::skip_pick(const PickOptions& options, const std::string& command) {
  const auto lock = impl_->lock();
  drop_stopped(*impl_, pending_pick(*impl_, impl_->store.snapshot()), command);
  return PickSequence(*impl_, options, command).go_on(pending_pick(*impl_, impl_->store.snapshot()));
}

}  // namespace vstore
