#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/refs.h"
#include "cli/status_text.h"
#include "cli/switching.h"

namespace vstore::cli {
namespace {

class Checkout final : public Command {
  void declare(Args& args) override {
    args.usage("checkout [OPTION]... BRANCH | REVISION");
    args.usage("checkout [OPTION]... (-b | -B) NEW-BRANCH [START]");
    args.usage("checkout [OPTION]... [REVISION] [--] PATH...");
    args.describe(
        "Switch to a branch, or to any commit (HEAD is then detached); local changes are carried along where "
        "they do not collide. With PATH, bring back these files from REVISION (or from the stage) instead.");
    args.option("-b", "NEW-BRANCH", create_, "make a branch at START (HEAD) and switch to it");
    args.option("-B", "NEW-BRANCH", force_create_, "the same; an existing branch is moved");
    args.flag("--detach", request_.detach, "to the commit, even if a branch is named");
    args.flag("-f,--force", request_.force, "throw local changes away");
    args.flag("-q,--quiet", request_.quiet, "print errors only");
    args.positionals("REVISION | PATH", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    if (create_ && force_create_) throw Error(ErrorCode::usage, "-b and -B exclude each other");
    if (create_ || force_create_) return to_new_branch(context);
    if (arguments_.size() == 1 && arguments_[0] == "-" && !dashes_) return go(context, "-");
    if (!dashes_ && arguments_.size() <= 1 && !names_path_only(context)) {
      return go(context, arguments_.empty() ? "" : arguments_[0]);
    }
    return restore_paths(context, split_revision(context, arguments_, dashes_, after_));
  }

  int to_new_branch(Context& context) {
    if (arguments_.size() > 1 || !after_.empty()) {
      throw Error(ErrorCode::usage, "a new branch starts at one revision, and takes no paths");
    }
    request_.new_branch = create_ ? *create_ : *force_create_;
    request_.reset_branch = force_create_.has_value();
    return go(context, arguments_.empty() ? "" : arguments_[0]);
  }

  /// `vstore checkout` alone says what is changed; with a target it goes there.
  int go(Context& context, const std::string& target) {
    const bool stays = target.empty() || target == "HEAD" || target == "@";  // as git: no reason to detach
    request_.target = target;
    request_.may_detach = true;
    if (stays && request_.new_branch.empty() && !request_.detach) {
      const std::optional<std::string> branch = context.workspace().head_branch();
      if (branch && !request_.force) return 0;
      request_.target = branch ? short_name(*branch) : "HEAD";
    }
    return switch_head(context, request_);
  }

  /// A single argument that is a path and not a revision.
  bool names_path_only(Context& context) const {
    if (arguments_.empty() || is_revision(context, arguments_[0])) return false;
    const std::optional<std::string> branch = context.workspace().head_branch();
    return branch != std::string(kBranches) + arguments_[0] && is_path(context, arguments_[0]);
  }

  int restore_paths(Context& context, const RevisionAndPaths& what) {
    if (request_.detach) throw Error(ErrorCode::usage, "--detach takes no paths");
    if (what.paths.empty()) return go(context, what.revision.value_or(""));
    Workspace& workspace = context.workspace();
    const Snapshot snapshot = context.store().snapshot();
    const Id root = what.revision ? resolve_tree(snapshot, context.revisions(), *what.revision) : workspace.stage_root();
    CheckoutOptions options;
    options.force = true;
    const bool to_stage = what.revision.has_value();
    context.begin("checking out files");
    const CheckoutResult result =
        workspace.restore(root, context.select(what.paths), true, to_stage, options, context.command_line());
    if (!request_.quiet && !dashes_) {  // as git: '--' says that paths are meant, and needs no answer
      const std::string from = what.revision ? what.revision->substr(0, 40) : "the stage";
      context.note("Updated " + count_of(result.written, "path") + " from " + from);
    }
    return report_problems(context, "check out", result.problems);
  }

  SwitchRequest request_;
  std::optional<std::string> create_, force_create_;
  bool dashes_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_checkout() { return std::make_unique<Checkout>(); }

}  // namespace vstore::cli
