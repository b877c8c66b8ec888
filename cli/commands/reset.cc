#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/refs.h"
#include "cli/status_text.h"

namespace vstore::cli {
namespace {

using Mode = Workspace::ResetMode;

class Reset final : public Command {
  void declare(Args& args) override {
    args.usage("reset [--soft | --mixed | --hard] [-q] [COMMIT]");
    args.usage("reset [-q] [REVISION] [--] PATH...");
    args.describe(
        "Move the current branch to COMMIT (HEAD); the stage with it, and with --hard the files too. With "
        "PATH, only take these paths of the stage back to REVISION: the opposite of 'vstore add'.");
    args.flag("--soft", [this] { choose(Mode::soft); }, "leave stage and files as they are");
    args.flag("--mixed", [this] { choose(Mode::mixed); }, "reset the stage, keep the files (the default)");
    args.flag("--hard", [this] { choose(Mode::hard); }, "reset stage and files: changes are lost");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.positionals("COMMIT | PATH", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  void choose(Mode mode) {
    if (mode_ && *mode_ != mode) throw Error(ErrorCode::usage, "--soft, --mixed and --hard exclude each other");
    mode_ = mode;
  }

  int run(Context& context) override {
    const RevisionAndPaths what = split_revision(context, arguments_, dashes_, after_);
    const int code = what.paths.empty() ? reset_all(context, what) : reset_paths(context, what);
    if (mode_.value_or(Mode::mixed) == Mode::mixed && !quiet_) list_unstaged(context);
    return code;
  }

  int reset_all(Context& context, const RevisionAndPaths& what) {
    Workspace& workspace = context.workspace();
    const Mode mode = mode_.value_or(Mode::mixed);
    if (!workspace.head_commit() && !what.revision && mode != Mode::hard) {
      if (mode == Mode::mixed) unstage(context, {});
      return 0;
    }
    const Id commit = commit_of(context, what.revision.value_or("HEAD"));
    context.begin("resetting files");
    const CheckoutResult result = workspace.reset(commit, mode, context.command_line());
    if (mode == Mode::hard && !quiet_) {
      context.out().print("HEAD is now at ", describe(context.store().snapshot(), commit), "\n");
    }
    return report_problems(context, "reset", result.problems);
  }

  int reset_paths(Context& context, const RevisionAndPaths& what) {
    if (mode_.value_or(Mode::mixed) != Mode::mixed) {
      throw Error(ErrorCode::usage, "--soft and --hard cannot be used with paths",
                  "to discard changes of files use 'vstore restore PATH'");
    }
    if (!context.workspace().head_commit() && !what.revision) return unstage(context, what.paths);
    const Id root = resolve_tree(context.store().snapshot(), context.revisions(), what.revision.value_or("HEAD"));
    CheckoutOptions options;
    options.overlay = false;
    context.workspace().restore(root, context.select(what.paths), false, true, options, context.command_line());
    return 0;
  }

  /// Before the first commit, unstaging is removing from the stage.
  int unstage(Context& context, const std::vector<std::string>& paths) {
    Workspace::RemoveOptions options;
    options.cached = options.force = options.recursive = options.ignore_unmatched = true;
    context.workspace().remove(context.select(paths), options, context.command_line());
    return 0;
  }

  static void list_unstaged(Context& context) {
    StatusOptions options;
    options.untracked = false;
    bool first = true;
    for (const StatusEntry& entry : context.workspace().status(options).entries) {
      if (entry.unstaged == WorkChange::none || entry.unstaged == WorkChange::untracked) continue;
      if (first) context.out().print("Unstaged changes after reset:\n");
      first = false;
      context.out().print(static_cast<char>(entry.unstaged), "\t", context.shown_path(entry.path), "\n");
    }
  }

  std::optional<Mode> mode_;
  bool quiet_ = false, dashes_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_reset() { return std::make_unique<Reset>(); }

}  // namespace vstore::cli
