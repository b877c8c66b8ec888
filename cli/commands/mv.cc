#include "cli/command.h"

namespace vstore::cli {
namespace {

class Mv final : public Command {
  void declare(Args& args) override {
    args.usage("mv [OPTION]... SOURCE DESTINATION");
    args.usage("mv [OPTION]... SOURCE... DIRECTORY");
    args.describe("Rename a file or directory, or move several into a directory: in the stage and on disk.");
    args.flag("-f,--force", options_.force, "overwrite the destination");
    args.flag("-n,--dry-run", options_.dry_run, "only show what would be moved");
    args.flag("-v,--verbose", verbose_, "name each file moved");
    args.positionals("PATH", paths_, {.min = 2});
  }

  int run(Context& context) override {
    const std::string destination = context.workspace_path(paths_.back());
    paths_.pop_back();
    const std::vector<std::string> sources = context.select(paths_).specs;
    const auto moved = context.workspace().move(sources, destination, options_, context.command_line());
    if (!verbose_ && !options_.dry_run) return 0;
    for (const auto& [from, to] : moved) {
      context.out().print("Renaming ", context.shown_path(from), " to ", context.shown_path(to), "\n");
    }
    return 0;
  }

  Workspace::MoveOptions options_;
  bool verbose_ = false;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_mv() { return std::make_unique<Mv>(); }

}  // namespace vstore::cli
