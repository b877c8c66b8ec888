// vstore cherry-pick: the changes of other commits, as new commits here.
#include "cli/command.h"
#include "cli/picking.h"
#include "cli/refs.h"

namespace vstore::cli {
namespace {

class CherryPick final : public Command {
  void declare(Args& args) override {
    args.usage("cherry-pick [OPTION]... COMMIT...");
    args.usage("cherry-pick (--continue | --skip | --abort)");
    args.usage("cherry-pick --into REF [OPTION]... COMMIT...");
    args.describe(
        "Apply the changes that COMMITs made to the current branch, each as a new commit with the old author and "
        "message. A range A..B stands for its commits, oldest first.");
    args.flag("-n,--no-commit", no_commit_, "stage the changes, make no commits");
    args.flag("-x", note_origin_, "add '(cherry picked from commit ...)' to the messages");
    args.option("-m,--mainline", "N", mainline_, "of a merge, take its change against the N-th parent");
    args.flag("--ff", fast_forward_, "take a commit that follows on HEAD as it is");
    args.flag("--allow-empty", allow_empty_, "take commits along that never changed anything");
    args.flag("--keep-redundant-commits", keep_redundant_, "also those whose changes are there already");
    flags_.declare(args, "cherry-pick");
    args.positionals("COMMIT", commits_);
  }

  int run(Context& context) override {
    if (flags_.controls(context)) return control_pick(context, flags_, MergeKind::cherry_pick);
    if (commits_.empty()) throw Error(ErrorCode::usage, "give the commits to pick");
    if (no_commit_ && (fast_forward_ || flags_.into)) throw Error(ErrorCode::usage, "--no-commit goes neither with --ff nor with --into");
    PickOptions options = pick_options(context, flags_);
    options.commit = !no_commit_;
    options.note_origin = note_origin_;
    options.mainline = static_cast<unsigned>(mainline_.value_or(0));
    options.fast_forward = fast_forward_;
    if (allow_empty_ || keep_redundant_) options.began_empty = EmptyPick::keep;
    if (keep_redundant_) options.became_empty = EmptyPick::keep;
    const std::vector<Id> commits = commits_to_pick(context, commits_, true);
    if (flags_.into) {
      const IntoTarget target = into_target(context, flags_);
      return pick_into(context, flags_, target, target.tip, commits, options, MergeKind::cherry_pick);
    }
    PickRequest request{MergeKind::cherry_pick, commits, {}, std::nullopt, options, pick_settings(flags_, options)};
    return begin_pick(context, flags_, request);
  }

  PickFlags flags_;
  bool no_commit_ = false, note_origin_ = false, fast_forward_ = false, allow_empty_ = false, keep_redundant_ = false;
  std::optional<std::uint64_t> mainline_;
  std::vector<std::string> commits_;
};

}  // namespace

std::unique_ptr<Command> make_cherry_pick() { return std::make_unique<CherryPick>(); }

}  // namespace vstore::cli
