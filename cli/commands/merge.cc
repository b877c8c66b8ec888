// vstore merge: into the workspace, or with --into into a ref of the store.
#include "cli/acknowledge.h"
#include "cli/command.h"
#include "cli/commit_message.h"
#include "cli/identity.h"
#include "cli/merge_text.h"
#include "cli/ref_write.h"
#include "cli/refs.h"
#include "cli/status_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Merge final : public Command {
  void declare(Args& args) override {
    args.usage("merge [OPTION]... REVISION");
    args.usage("merge (--abort | --continue)");
    args.usage("merge --into REF [OPTION]... [OURS] THEIRS");
    args.describe(
        "Take the changes of another version into the current branch. Without a workspace, --into merges "
        "THEIRS into "
        "OURS (what REF holds) and lets REF name the result; conflicts leave everything as it was.");
    message_.declare(args);
    args.flag(
        "--ff", [this] { fast_forward_ = FastForward::when_possible; },
        "only move the branch if it has nothing of its own (the default)");
    args.flag(
        "--no-ff", [this] { fast_forward_ = FastForward::never; }, "make a merge commit in any case");
    args.flag(
        "--ff-only", [this] { fast_forward_ = FastForward::only; },
        "refuse if the branch has commits of its own");
    args.flag("--squash", squash_, "stage the result as one change of the branch, without a merge commit");
    args.flag("--no-commit", no_commit_, "stop before committing");
    flags_.declare(args);
    args.flag("--abort", abort_, "take back a merge that is not committed");
    args.flag("--continue", continue_, "commit a merge whose conflicts are resolved");
    args.option("--into", "REF", into_, "merge in the store, without a workspace");
    args.option("--expect", "OLD", expect_, "with --into: REF must still name OLD, or with an empty OLD not exist; else exit code 4");
    args.option("--lock-timeout", "SECONDS", lock_timeout_, "how long to wait for other writers (30)");
    args.flag("--no-verify", no_verify_, "leave the hook pre-commit out");
    args.flag("-q,--quiet", quiet_, "print errors and conflicts only");
    args.flag("--json", json_, "the result as a JSON document");
    args.positionals("REVISION", revisions_);
  }

  int run(Context& context) override {
    if (abort_ + continue_ + into_.has_value() > 1)
      throw Error(ErrorCode::usage, "--abort, --continue and --into exclude each other");
    if (expect_ && !into_) throw Error(ErrorCode::usage, "--expect needs --into");
    if (lock_timeout_) context.set_lock_timeout(*lock_timeout_);
    if (abort_) return abort(context);
    if (continue_) return finish(context);
    if (into_) return merge_into(context);
    return merge(context);
  }

  // -------------------------------------------------------------------------------- in a workspace --

  int merge(Context& context) {
    if (revisions_.size() != 1) throw Error(ErrorCode::usage, "give one revision to merge");
    const Acknowledger recorder(context);
    Workspace& workspace = context.workspace();
    MergeRequest request;
    request.theirs = commit_of(context, revisions_[0]);
    request.options = flags_.options(context, "HEAD", revisions_[0]);
    request.fast_forward = fast_forward_;
    request.squash = squash_;
    request.commit = !no_commit_;
    const auto branch = workspace.head_branch();
    request.message =
        message(context.store().snapshot(), revisions_[0], branch ? short_name(*branch) : "HEAD");
    request.author = author(context);
    request.committer = committer(context);
    request.time = committer_date().value_or(now());
    if (!no_verify_) context.hooks().check_commits();
    context.begin("merging");
    const MergeResult result = workspace.merge(request, context.command_line());
    if (result.outcome == MergeResult::Outcome::merged) recorder.acknowledge(*result.commit);
    if (json_)
      print_as_json(context, outcome_word(result), result.commit, result.tree.conflicts);
    else
      report(context, request, result);
    context.store().fold();
    return result.tree.clean() ? 0 : 1;
  }

  /// Git's words: what is merged, and into what unless that is "master".
  std::string message(const Snapshot& snapshot, const std::string& name, const std::string& into) const {
    if (message_.given()) return message_.text();
    const bool branch = snapshot.ref(std::string(kBranches) + name).has_value();
    const bool tag = !branch && snapshot.ref(std::string(kTags) + name).has_value();
    const std::string what = branch ? "branch" : tag ? "tag" : "commit";
    return "Merge " + what + " '" + name + "'" + (into == "master" ? "" : " into " + into) + "\n";
  }

  void report(Context& context, const MergeRequest& request, const MergeResult& result) const {
    Output& out = context.out();
    if (!quiet_ || !result.tree.clean()) print_merge_lines(context, result.tree, request.options);
    if (!result.tree.clean()) {
      out.print("Automatic merge failed; fix conflicts and then commit the result.\n");
      return;
    }
    if (quiet_) return;
    const Snapshot snapshot = context.store().snapshot();
    switch (result.outcome) {
      case MergeResult::Outcome::up_to_date:
        out.print("Already up to date.\n");
        break;
      case MergeResult::Outcome::fast_forward:
        if (result.before)
          out.print("Updating ", abbreviate(snapshot, *result.before), "..",
                    abbreviate(snapshot, *result.commit), "\n");
        out.print("Fast-forward\n");
        break;
      case MergeResult::Outcome::merged:
        out.print("Merge made: ", describe(snapshot, *result.commit), "\n");
        break;
      case MergeResult::Outcome::stopped:
        if (squash_) out.print("Squash commit -- not updating HEAD\n");
        out.print("Automatic merge went well; stopped before committing as requested\n");
        break;
    }
  }

  static std::string_view outcome_word(const MergeResult& result) {
    switch (result.outcome) {
      case MergeResult::Outcome::up_to_date:
        return "up_to_date";
      case MergeResult::Outcome::fast_forward:
        return "fast_forward";
      case MergeResult::Outcome::merged:
        return "merged";
      case MergeResult::Outcome::stopped:
        break;
    }
    return result.tree.clean() ? "stopped" : "conflicts";
  }

  static void print_as_json(Context& context, std::string_view outcome, const std::optional<Id>& commit,
                            const std::vector<MergeConflict>& conflicts) {
    Json document;
    document["outcome"] = outcome;
    document["commit"] = commit ? to_json(*commit) : Json();
    document["conflicts"] = conflicts_json(conflicts);
    print_json(context.out(), document);
  }

  static PendingMerge pending(Context& context) {
    auto found = context.workspace().pending_merge();
    if (!found || (found->kind != MergeKind::merge && found->kind != MergeKind::squash)) {
      throw Error(ErrorCode::refused, "there is no merge under way", "'vstore status' says what is");
    }
    return std::move(*found);
  }

  int abort(Context& context) const {
    pending(context);
    return report_problems(context, "restore",
                           context.workspace().abort_merge(context.command_line()).problems);
  }

  int finish(Context& context) {
    const Acknowledger recorder(context);
    const PendingMerge merge = pending(context);
    CommitOptions options;
    options.message = message_.given() ? message_.text() : merge.message;
    options.author = author(context);
    options.committer = committer(context);
    options.author_time = author_date().value_or(now());
    options.commit_time = committer_date().value_or(now());
    options.command = context.command_line();
    if (!no_verify_) context.hooks().check_commits();
    const CommitResult result = context.workspace().commit(options);
    recorder.acknowledge(result.id);
    if (json_)
      print_as_json(context, "merged", result.id, {});
    else if (!quiet_)
      context.out().print("Merge made: ", describe(context.store().snapshot(), result.id), "\n");
    context.store().fold();
    return 0;
  }

  // ---------------------------------------------------------------------------------- in the store --

  int merge_into(Context& context) {
    if (revisions_.empty() || revisions_.size() > 2)
      throw Error(ErrorCode::usage, "give the revision to merge, or two");
    if (no_commit_) throw Error(ErrorCode::usage, "--no-commit needs a workspace");
    const Snapshot snapshot = context.store().snapshot();
    const std::string ref = into_->starts_with("refs/") ? *into_ : branch_ref(*into_);
    if (const auto workspace = checked_out_at(snapshot, ref)) {
      throw Error(ErrorCode::refused, "branch '" + *into_ + "' is checked out in a workspace",
                  "merge there, or into another branch");
    }
    const auto old = snapshot.ref(ref);
    const std::string ours_name = revisions_.size() == 2 ? revisions_[0] : *into_;
    const Id ours = commit_of(context, ours_name);
    const Id theirs = commit_of(context, revisions_.back());
    demand_kept(context, snapshot, ref, ours);
    return publish_into(context, ref, old, ours, theirs, ours_name);
  }

  /// The ref must not lose what it has, and must be what the caller believes.
  void demand_kept(Context& context, const Snapshot& snapshot, const std::string& ref, const Id& ours) const {
    if (expect_) demand_expected(context, snapshot, ref, *expect_);
    const auto tip = snapshot.ref_commit(ref);
    if (tip && *tip != ours && !is_ancestor(snapshot, *tip, ours)) {
      throw Error(ErrorCode::refused, "'" + ref + "' has commits that the merge would drop",
                  "merge into what it names: leave OURS out");
    }
  }

  int publish_into(Context& context, const std::string& ref, const std::optional<RefValue>& old,
                   const Id& ours, const Id& theirs, const std::string& ours_name) {
    const Acknowledger recorder(context);
    const Snapshot snapshot = context.store().snapshot();
    const MergeOptions options = flags_.options(context, ours_name, revisions_.back());
    std::string outcome = "merged";
    TreeMerge merge;
    Id result = ours;
    context.begin("merging");
    if (is_ancestor(snapshot, theirs, ours)) {
      outcome = "up_to_date";
    } else if (!squash_ && fast_forward_ != FastForward::never && is_ancestor(snapshot, ours, theirs)) {
      outcome = "fast_forward";
      result = theirs;
    } else if (fast_forward_ == FastForward::only && !is_ancestor(snapshot, ours, theirs)) {
      throw Error(ErrorCode::refused, "not possible to fast-forward", "leave out --ff-only to merge");
    }
    Transaction txn = context.store().begin();
    if (outcome == "merged") {
      merge = merge_commits(txn, ours, theirs, options);
      if (!merge.clean()) return report_into_conflicts(context, merge, options);
      result = put_commit(context, txn, merge.files, ours, theirs);
    }
    if (old != RefValue::commit(result)) {
      txn.set_ref(ref, old, RefValue::commit(result));
      txn.publish({.who = committer(context), .command = context.command_line(), .time = std::nullopt});
      if (outcome == "merged") recorder.acknowledge(result);
    }
    if (json_)
      print_as_json(context, outcome, result, {});
    else if (!quiet_)
      context.out().print(ref, " is now at ", describe(context.store().snapshot(), result), "\n");
    return 0;
  }

  int report_into_conflicts(Context& context, const TreeMerge& merge, const MergeOptions& options) const {
    if (json_)
      print_as_json(context, "conflicts", std::nullopt, merge.conflicts);
    else
      print_merge_lines(context, merge, options);
    context.note("vstore: automatic merge failed; nothing was changed");
    return 1;
  }

  Id put_commit(Context& context, Transaction& txn, const Id& tree, const Id& ours, const Id& theirs) const {
    Commit commit;
    commit.tree = tree;
    commit.parents = {ours};
    if (!squash_) commit.parents.push_back(theirs);
    commit.author = author(context);
    commit.committer = committer(context);
    commit.author_time = author_date().value_or(now());
    commit.commit_time = committer_date().value_or(now());
    commit.message = message(txn.base(), revisions_.back(), short_name(*into_));
    if (!no_verify_) context.hooks().check_commits();
    return txn.put(ObjectType::commit, as_bytes(encode(commit)), &ours);
  }

  MessageOptions message_;
  MergeFlags flags_;
  FastForward fast_forward_ = FastForward::when_possible;
  bool squash_ = false, no_commit_ = false, no_verify_ = false, abort_ = false, continue_ = false, quiet_ = false, json_ = false;
  std::optional<std::string> into_, expect_;
  std::optional<std::uint64_t> lock_timeout_;
  std::vector<std::string> revisions_;
};

}  // namespace

std::unique_ptr<Command> make_merge() { return std::make_unique<Merge>(); }

}  // namespace vstore::cli
