#include "cli/command.h"
#include "cli/refs.h"
#include "cli/status_text.h"

namespace vstore::cli {
namespace {

class Restore final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Bring back files as they are in the stage (or, with --source, in any version), discarding their "
        "changes. With --staged, the stage is brought back instead: what was added is unstaged.");
    args.option("-s,--source", "REVISION", source_, "from this version (default: the stage; HEAD with --staged)");
    args.flag("-S,--staged", staged_, "restore the stage");
    args.flag("-W,--worktree", worktree_, "restore the files (the default without --staged)");
    args.flag("-q,--quiet", quiet_, "accepted for git's sake; nothing is printed anyway");
    args.positionals("PATH", paths_, {.min = 1});
  }

  int run(Context& context) override {
    Workspace& workspace = context.workspace();
    const bool to_files = worktree_ || !staged_;
    if (staged_ && !source_ && !workspace.head_commit()) return unstage_all(context);
    CheckoutOptions options;
    options.force = true;  // discarding changes is what the user asked for
    options.overlay = false;
    const Id root = source_root(context);
    context.begin("restoring files");
    const CheckoutResult result = workspace.restore(root, context.select(paths_), to_files,
                                                    staged_, options, context.command_line());
    return report_problems(context, "restore", result.problems);
  }

  /// Before the first commit there is nothing to restore from: unstaging is removing.
  int unstage_all(Context& context) {
    Workspace::RemoveOptions options;
    options.cached = options.force = options.recursive = true;
    context.workspace().remove(context.select(paths_), options, context.command_line());
    return 0;
  }

  Id source_root(Context& context) {
    if (!source_ && !staged_) return context.workspace().stage_root();
    return resolve_tree(context.store().snapshot(), context.revisions(), source_.value_or("HEAD"));
  }

  std::optional<std::string> source_;
  bool staged_ = false, worktree_ = false, quiet_ = false;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_restore() { return std::make_unique<Restore>(); }

}  // namespace vstore::cli
