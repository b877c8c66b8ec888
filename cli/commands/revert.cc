// vstore revert: the changes of earlier commits taken back, as new commits.
#include "cli/command.h"
#include "cli/picking.h"
#include "cli/refs.h"

namespace vstore::cli {
namespace {

class Revert final : public Command {
  void declare(Args& args) override {
    args.usage("revert [OPTION]... COMMIT...");
    args.usage("revert (--continue | --skip | --abort)");
    args.usage("revert --into REF [OPTION]... COMMIT...");
    args.describe(
        "Take back the changes that COMMITs made, each by a new commit. A range A..B stands for its commits, newest first.");
    args.flag("-n,--no-commit", no_commit_, "stage the changes, make no commits");
    args.option("-m,--mainline", "N", mainline_, "of a merge, take back its change against the N-th parent");
    args.flag("--no-edit", no_edit_, "accepted for git's sake; no editor is started anyway");
    flags_.declare(args, "revert");
    args.positionals("COMMIT", commits_);
  }

  int run(Context& context) override {
    if (flags_.controls(context)) return control_pick(context, flags_, MergeKind::revert);
    if (commits_.empty()) throw Error(ErrorCode::usage, "give the commits to revert");
    if (no_commit_ && flags_.into) throw Error(ErrorCode::usage, "--no-commit does not go with --into");
    PickOptions options = pick_options(context, flags_);
    options.reverse = true;
    options.commit = !no_commit_;
    options.mainline = static_cast<unsigned>(mainline_.value_or(0));
    const std::vector<Id> commits = commits_to_pick(context, commits_, false);
    if (flags_.into) {
      const IntoTarget target = into_target(context, flags_);
      return pick_into(context, flags_, target, target.tip, commits, options, MergeKind::revert);
    }
    PickRequest request{MergeKind::revert, commits, {}, std::nullopt, options, pick_settings(flags_, options)};
    return begin_pick(context, flags_, request);
  }

  PickFlags flags_;
  bool no_commit_ = false, no_edit_ = false;
  std::optional<std::uint64_t> mainline_;
  std::vector<std::string> commits_;
};

}  // namespace

std::unique_ptr<Command> make_revert() { return std::make_unique<Revert>(); }

}  // namespace vstore::cli
