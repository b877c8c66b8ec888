// Stash: local changes are put away as a commit, and come back by a three-way merge.
//
// A stash is a commit of the files, as git has it: its parents are HEAD, a commit of the stage, and, with untracked
// files, one that has these alone. It is named by a ref of its own, refs/stash/<number>.
//
// Each is one operation. Putting away publishes first, and moves files then, which are safe by that time; bringing back
// moves files first. Both note where files went (moved_files.h), as much of it was never staged.
#include "history/whole_file.h"
#include "vstore/merge.h"
#include "workspace/file_move.h"
#include "workspace/head_move.h"
#include "workspace/merge_state.h"
#include "workspace/moved_files.h"
#include "workspace/stage_edit.h"
#include "workspace/take_paths.h"
#include "workspace/work_compare.h"

namespace vstore {
namespace {

constexpr std::string_view prefix = "refs/stash/";

std::string next_stash_ref(const Snapshot& snapshot) {
  const auto refs = snapshot.refs(prefix);
  const unsigned long last = refs.empty() ? 0 : std::strtoul(refs.back().name.c_str() + prefix.size(), nullptr, 10);
  std::string number = std::to_string(last + 1);
  if (number.size() < 6) number.insert(0, 6 - number.size(), '0');
  return std::string(prefix) + number;
}

/// `onto` with all entries of `from` that it lacks.
Id with_new_entries(Transaction& txn, const Id& onto, const Id& from) {
  StageEdit edit(txn, onto);
  TreeDiff diff(Tree(txn, onto), Tree(txn, from));
  while (auto change = diff.next()) {
    if (!change->before) edit.put(std::move(change->key), change->after);
  }
  return edit.finish();
}

class Stashing {
 public:
  Stashing(Workspace::Impl& ws, const StashRequest& request, const std::string& command)
      : ws_(ws), request_(request), command_(command), state_(ws.state()) {}

  std::optional<Id> run() {
    demand_no_merge(ws_, state_.snapshot, "stash");
    demand_at_base(state_, "stash");
    if (!state_.head_commit) {
      throw Error(ErrorCode::refused, "cannot stash: there are no commits yet", "make one with 'vstore commit'");
    }
    Transaction txn = ws_.store.begin();
    read_files(txn);
    const auto commit = put_commits(txn);
    if (!commit) return std::nullopt;
    txn.set_ref(next_stash_ref(txn.base()), std::optional<RefValue>(), RefValue::commit(*commit));
    put_away(txn);
    return commit;
  }

 private:
  void read_files(Transaction& txn) {
    PathMatcher matcher(request_.paths);
    WorkCompareOptions compare;
    compare.matcher = &matcher;
    compare.transaction = &txn;
    compare.contents = true;
    compare.untracked = request_.untracked;
    StageEdit work(txn, state_.stage), all(txn, state_.stage);
    TreeBuilder untracked(txn);
    std::vector<PathProblem> problems;
    compare_workspace(ws_, Tree(state_.snapshot, state_.stage), compare, [&](WorkDifference&& difference) {
      if (difference.before) work.put(difference.path, difference.after);
      else untracked.add(difference.path, *difference.after);
      all.put(std::move(difference.path), difference.after);
    }, problems);
    throw_first(problems);
    work_ = work.finish();
    everything_ = all.finish();
    untracked_ = untracked.finish();
  }

  /// nullopt: there is nothing to put away.
  std::optional<Id> put_commits(Transaction& txn) {
    const Id stage = chosen(txn, state_.head_tree, state_.stage), work = chosen(txn, state_.head_tree, work_);
    if (stage == state_.head_tree && work == state_.head_tree && untracked_ == empty_tree_id()) return std::nullopt;
    const std::string on = (state_.branch ? short_branch_name(*state_.branch) : std::string("(no branch)")) + ": ";
    const std::string head = abbreviate(state_.snapshot, *state_.head_commit) + " " + subject_of_head();
    std::vector<Id> parents = {*state_.head_commit, put(txn, stage, {*state_.head_commit}, "index on " + on + head)};
    if (untracked_ != empty_tree_id()) parents.push_back(put(txn, untracked_, {}, "untracked files on " + on + head));
    return put(txn, work, std::move(parents),
               request_.message.empty() ? "WIP on " + on + head : "On " + on + request_.message);
  }

  std::string subject_of_head() const {
    const std::string message = state_.snapshot.commit(*state_.head_commit).message;
    return message.substr(0, message.find('\n'));
  }

  Id put(Transaction& txn, const Id& tree, std::vector<Id> parents, const std::string& message) const {
    Commit commit;
    commit.tree = tree;
    commit.parents = std::move(parents);
    commit.author = commit.committer = request_.who;
    commit.author_time = commit.commit_time = request_.time;
    commit.message = message + "\n";
    return txn.put(ObjectType::commit, as_bytes(encode(commit)), &*state_.head_commit);
  }

  /// `onto` with the chosen paths as `from` has them.
  Id chosen(Transaction& txn, const Id& onto, const Id& from) const {
    if (request_.paths.empty()) return from;
    return take_paths(txn, Tree(txn, onto), Tree(txn, from), request_.paths, false);
  }

  /// Files and stage go back. What would be lost is looked for first; then all is made safe, then moved.
  void put_away(Transaction& txn) {
    const Id files = chosen(txn, everything_, request_.keep_stage ? state_.stage : state_.head_tree);
    ws_.set_stage(txn, state_, request_.keep_stage ? state_.stage : chosen(txn, state_.stage, state_.head_tree));
    note_moved_files(ws_, txn, MovedFiles{everything_, files});
    CheckoutMark mark(ws_);
    const CheckoutPlan plan = plan_checkout(ws_, txn, everything_, files, everything_, mark.earlier_was_cut_short());
    demand_allowed(plan);
    ws_.publish(txn, {.who = ws_.options.who, .command = command_, .time = std::nullopt, .files = true});
    mark.begin();
    throw_first(write_plan(ws_, ws_.store.snapshot(), plan, everything_, files).problems,
                "the changes are safe in the stash; mend the cause, then put the files back with 'vstore restore'");
    mark.finish();
  }

  Workspace::Impl& ws_;
  const StashRequest& request_;
  const std::string& command_;
  const WorkState state_;
  Id work_, everything_, untracked_;
};

class Unstashing {
 public:
  Unstashing(Workspace::Impl& ws, const UnstashRequest& request, const std::string& command)
      : ws_(ws), request_(request), command_(command), txn_(ws.store.begin()), state_(ws.state_in(txn_.base())) {}

  UnstashResult run() {
    demand_no_merge(ws_, state_.snapshot, "apply the stash");
    demand_at_base(state_, "apply the stash");
    const Commit stash = state_.snapshot.commit(request_.stash);
    if (stash.parents.size() < 2) {
      throw Error(ErrorCode::usage, "'" + abbreviate(state_.snapshot, request_.stash) + "' is not a stash",
                  "'vstore stash list' lists them");
    }
    const Id base = state_.snapshot.commit(stash.parents[0]).tree;
    if (request_.restore_stage) merge_stage(base, state_.snapshot.commit(stash.parents[1]).tree);
    UnstashResult result{merge_trees(txn_, txn_, base, state_.stage, stash.tree, request_.options), {}};
    if (stash.parents.size() > 2) add_untracked(state_.snapshot.commit(stash.parents[2]).tree, result.tree.files);
    const Id files = untracked_ == empty_tree_id() ? result.tree.files : with_new_entries(txn_, result.tree.files, untracked_);
    if (result.tree.clean()) set_final_stage(result.tree.files, files);
    else leave_conflicts(result.tree);
    ask_before_files(ws_, txn_, command_);
    CheckoutMark mark(ws_);
    FileMove move = move_files(ws_, txn_, state_.stage, files, state_.stage, mark);
    result.files = std::move(move.result);
    ws_.publish(txn_, {.who = ws_.options.who, .command = command_, .time = std::nullopt, .files = true});
    mark.finish();
    return result;
  }

 private:
  void merge_stage(const Id& base, const Id& staged) {
    const TreeMerge merged = merge_trees(txn_, txn_, base, state_.stage, staged, request_.options);
    if (!merged.clean()) {
      throw Error(ErrorCode::refused, "cannot apply the stash: what was staged is in conflict with the stage",
                  "leave --index out to get all changes back unstaged");
    }
    stage_ = merged.files;
  }

  /// Untracked files must find their places free.
  void add_untracked(const Id& root, const Id& files) {
    const Tree untracked(txn_, root), taken(txn_, files);
    for (TreeCursor at = untracked.begin(); at.valid(); at.next()) {
      if (!taken.get(at.key()) || taken.get(at.key()) == at.entry()) continue;
      throw Error(ErrorCode::refused, "'" + std::string(at.key()) + "' already exists", "move it away first");
    }
    untracked_ = root;
  }

  void leave_conflicts(const TreeMerge& tree) {
    MergeState pending;
    pending.kind = MergeKind::apply;
    pending.files = tree.files;
    set_conflicts(txn_, tree.conflicts, pending);
    pending.beside = with_new_entries(txn_, pending.beside, untracked_);
    write_merge_state(ws_, txn_, state_.snapshot, pending);
    ws_.set_stage(txn_, state_, tree.stage);
    note_moved_files(ws_, txn_, std::nullopt);
  }

  /// New files are staged, else they would be untracked; other changes are not. `files`: with untracked ones.
  void set_final_stage(const Id& merged, const Id& files) {
    ws_.set_stage(txn_, state_, stage_ ? *stage_ : with_new_entries(txn_, state_.stage, merged));
    if (!request_.drop.empty()) txn_.set_ref(request_.drop, RefValue::commit(request_.stash), std::nullopt);
    note_moved_files(ws_, txn_, MovedFiles{state_.stage, files});
  }

  Workspace::Impl& ws_;
  const UnstashRequest& request_;
  const std::string& command_;
  Transaction txn_;
  const WorkState state_;
  std::optional<Id> stage_;
  Id untracked_ = empty_tree_id();
};

}  // namespace

std::optional<Id> Workspace::stash(const StashRequest& request, const std::string& command) {
  const auto lock = impl_->lock();
  return Stashing(*impl_, request, command).run();
}

UnstashResult Workspace::unstash(const UnstashRequest& request, const std::string& command) {
  const auto lock = impl_->lock();
  return Unstashing(*impl_, request, command).run();
}

}  // namespace vstore
