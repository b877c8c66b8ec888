// vstore rebase: a branch's own commits, made again on top of another version.
#include "cli/command.h"
#include "cli/picking.h"
#include "cli/refs.h"
#include "vstore/history.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Rebase final : public Command {
  void declare(Args& args) override {
    args.usage("rebase [OPTION]... [--onto NEWBASE] UPSTREAM [BRANCH]");
    args.usage("rebase (--continue | --skip | --abort)");
    args.usage("rebase --into BRANCH [OPTION]... [--onto NEWBASE] UPSTREAM");
    args.describe(
        "Apply the commits that the current branch (or BRANCH, which is switched to) has and UPSTREAM lacks to UPSTREAM "
        "(or NEWBASE), and let the branch name the last of them. Merges are left out, and so is what UPSTREAM has already.");
    args.option("--onto", "NEWBASE", onto_, "put them on this version instead");
    flags_.declare(args, "rebase");
    args.positionals("REVISION", revisions_, {.max = 2});
  }

  int run(Context& context) override {
    if (flags_.controls(context)) return control_pick(context, flags_, MergeKind::rebase);
    if (revisions_.empty()) throw Error(ErrorCode::usage, "give the version to rebase on");
    if (flags_.into && revisions_.size() > 1) throw Error(ErrorCode::usage, "with --into, give no other branch");
    PickOptions options = pick_options(context, flags_);
    options.fast_forward = true;
    options.began_empty = EmptyPick::keep;
    options.became_empty = EmptyPick::drop;
    const Id upstream = commit_of(context, revisions_[0]);
    const Id onto = onto_ ? commit_of(context, *onto_) : upstream;
    return flags_.into ? rebase_into(context, upstream, onto, options) : rebase(context, upstream, onto, options);
  }

  int rebase(Context& context, const Id& upstream, const Id& onto, const PickOptions& options) {
    const Snapshot snapshot = context.store().snapshot();
    PickRequest request{MergeKind::rebase, {}, onto, branch(snapshot), options, pick_settings(flags_, options)};
    const Id tip = request.branch ? *snapshot.ref_commit(*request.branch) : commit_of(context, "HEAD");
    if (!request.branch && is_up_to_date(snapshot, upstream, onto, tip)) {
      const auto head = context.workspace().head_branch();
      const std::string name = head ? "Current branch " + short_name(*head) : "HEAD";
      if (!flags_.quiet && !flags_.json) context.out().print(escape_for_terminal(name), " is up to date.\n");
      if (!flags_.json) return 0;
    }
    request.commits = planned(context, snapshot, upstream, tip);
    return begin_pick(context, flags_, request);
  }

  /// The branch given, if it is not the one HEAD is at.
  std::optional<std::string> branch(const Snapshot& snapshot) const {
    if (revisions_.size() < 2) return std::nullopt;
    const std::string ref = branch_ref(revisions_[1]);
    if (!snapshot.ref_commit(ref)) throw Error(ErrorCode::not_found, "no branch named '" + revisions_[1] + "'", "'vstore branch' lists them");
    return ref;
  }

  /// True if all commits stand on `onto` already, without merges between.
  static bool is_up_to_date(const Snapshot& snapshot, const Id& upstream, const Id& onto, const Id& tip) {
    if (!is_ancestor(snapshot, onto, tip) || merge_bases(snapshot, upstream, tip) != std::vector<Id>{onto}) return false;
    Id at = tip;
    while (at != onto) {
      const Commit commit = snapshot.commit(at);
      if (commit.parents.size() != 1) return false;
      at = commit.parents.front();
    }
    return true;
  }

  std::vector<Id> planned(Context& context, const Snapshot& snapshot, const Id& upstream, const Id& tip) const {
    RebasePlan plan = plan_rebase(snapshot, upstream, tip);
    for (const Id& skipped : plan.skipped) {
      if (!flags_.quiet) context.note("warning: skipped previously applied commit " + abbreviate(snapshot, skipped));
    }
    return std::move(plan.commits);
  }

  int rebase_into(Context& context, const Id& upstream, const Id& onto, const PickOptions& options) {
    const IntoTarget target = into_target(context, flags_);
    const std::vector<Id> commits = planned(context, context.store().snapshot(), upstream, target.tip);
    return pick_into(context, flags_, target, onto, commits, options, MergeKind::rebase);
  }

  PickFlags flags_;
  std::optional<std::string> onto_;
  std::vector<std::string> revisions_;
};

}  // namespace

std::unique_ptr<Command> make_rebase() { return std::make_unique<Rebase>(); }

}  // namespace vstore::cli
