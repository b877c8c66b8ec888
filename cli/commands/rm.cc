#include "cli/command.h"

namespace vstore::cli {
namespace {

class Rm final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Remove files from the stage and from the workspace. Refuses when a file has changes that are in no "
        "commit, unless forced.");
    args.flag("--cached", options_.cached, "from the stage only; the files stay");
    args.flag("-r", options_.recursive, "directories too, with everything below");
    args.flag("-f,--force", options_.force, "even if changes are lost");
    args.flag("-n,--dry-run", options_.dry_run, "only show what would be removed");
    args.flag("-q,--quiet", quiet_, "do not name the files");
    args.flag("--ignore-unmatch", options_.ignore_unmatched, "succeed even if no file matches");
    args.positionals("PATH", paths_, {.min = 1});
  }

  int run(Context& context) override {
    Workspace& workspace = context.workspace();
    context.begin("removing files");
    const std::vector<std::string> removed =
        workspace.remove(context.select(paths_), options_, context.command_line());
    if (quiet_) return 0;
    for (const std::string& path : removed) context.out().print("rm '", context.shown_path(path), "'\n");
    return 0;
  }

  Workspace::RemoveOptions options_;
  bool quiet_ = false;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_rm() { return std::make_unique<Rm>(); }

}  // namespace vstore::cli
