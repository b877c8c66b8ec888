// Commit: the stage becomes a commit, and the branch moves to it by compare-and-swap.
#include "workspace/head_move.h"
#include "workspace/merge_state.h"
#include "workspace/take_paths.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

[[noreturn]] void branch_moved(const std::string& branch) {
  throw Error(ErrorCode::lost_race,
              "branch '" + branch + "' was moved by another workspace since this one's last commit",
              "take in its changes with 'vstore switch " + branch + "', then commit again");
}

[[noreturn]] void nothing_checked_out(const std::string& branch) {
  throw Error(ErrorCode::refused, "nothing is checked out here yet: this workspace does not have the files of branch '" + branch + "'",
              "'vstore switch " + branch + "' (or 'vstore reset --hard') writes the files");
}

/// The stage as it stands, or HEAD's tree with the chosen paths of the stage.
Id tree_to_commit(Transaction& txn, const WorkState& state, const PathSelection& paths) {
  if (paths.empty()) return state.stage;
  return take_paths(txn, Tree(state.snapshot, state.head_tree), Tree(state.snapshot, state.stage), paths, false);
}

/// A merge is committed whole, and when nothing is in conflict any more.
void demand_committable(const WorkState& state, const MergeState& merge, const CommitOptions& options) {
  demand_resolved(state, merge);
  if (!merge.other) return;
  if (!options.paths.empty())
    throw Error(ErrorCode::refused, "cannot commit some paths only during a merge", "commit without paths");
  if (options.amend) throw Error(ErrorCode::refused, "cannot amend during a merge", "commit it first");
}

/// What a pending merge adds to the commit that finishes it.
void conclude(const Snapshot& snapshot, const MergeState& merge, Commit& commit) {
  if (commit.message.empty()) commit.message = merge.message;
  if (merge.kind == MergeKind::merge && merge.other) commit.parents.push_back(*merge.other);
  credit(snapshot, merge, commit);
}

/// A commit ends a merge; of a sequence of picks the rest remains.
void leave_merge(const Workspace::Impl& ws, Transaction& txn, const WorkState& state, const MergeState& merge) {
  if (!merge.in_sequence()) return clear_merge_state(ws, txn, state.snapshot);
  MergeState rest = merge;
  rest.other = std::nullopt;
  rest.message.clear();
  write_merge_state(ws, txn, state.snapshot, rest);
}

/// The commit to write.
Commit compose(const WorkState& state, const Id& tree, const CommitOptions& options) {
  Commit commit;
  commit.tree = tree;
  commit.message = options.message;
  commit.meta = options.meta;
  commit.author = options.author;
  commit.committer = options.committer;
  if (options.author_time) commit.author_time = *options.author_time;
  if (options.commit_time) commit.commit_time = *options.commit_time;
  if (!options.amend) {
    if (state.head_commit) commit.parents = {*state.head_commit};
    return commit;
  }
  const Commit old = state.snapshot.commit(*state.head_commit);
  commit.parents = old.parents;
  if (options.author.name.empty()) commit.author = old.author;
  if (!options.author_time) commit.author_time = old.author_time;
  if (commit.meta.empty()) commit.meta = old.meta;
  return commit;
}

}  // namespace

CommitResult Workspace::commit(const CommitOptions& options) {
  const auto lock = impl_->lock();
  Transaction txn = impl_->store.begin();
  const WorkState state = impl_->state_in(txn.base());
  const std::string branch = state.branch ? short_branch_name(*state.branch) : std::string();
  if (state.nothing_checked_out()) nothing_checked_out(branch);
  if (state.base_moved()) branch_moved(branch);
  if (options.expected_head && state.head_commit != options.expected_head) {
    throw Error(ErrorCode::lost_race, "HEAD is not the commit any more that was to be amended",
                "look at 'vstore log', then run the command again");
  }
  if (options.amend && !state.head_commit)
    throw Error(ErrorCode::refused, "there is nothing yet to amend", "make the first commit without --amend");
  const auto merge = read_merge_state(*impl_, state.snapshot);
  if (merge) demand_committable(state, *merge, options);
  const Id tree = tree_to_commit(txn, state, options.paths);
  const bool has_own_parent = merge && merge->kind == MergeKind::merge;
  if (!options.amend && !options.allow_empty && !has_own_parent && tree == state.head_tree) {
    throw Error(ErrorCode::refused, "nothing to commit");
  }
  CommitResult result;
  result.commit = compose(state, tree, options);
  if (merge) conclude(state.snapshot, *merge, result.commit);
  result.root_commit = result.commit.parents.empty();
  result.branch = branch;
  result.id = txn.put(ObjectType::commit, as_bytes(encode(result.commit)),
                      state.head_commit ? &*state.head_commit : nullptr);

  move_head(*impl_, txn, state, result.id);
  txn.set_ref(impl_->ref("stage"), state.stage_ref, RefValue::tree(state.stage));
  if (merge) leave_merge(*impl_, txn, state, *merge);
  impl_->publish(txn, options.command);
  return result;
}

}  // namespace vstore
