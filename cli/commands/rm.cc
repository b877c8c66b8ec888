#include "cli/command.h"
#include "cli/ref_write.h"
#include "cli/tree_changes.h"

namespace vstore::cli {
namespace {

class Rm final : public Command {
  void declare(Args& args) override {
    args.usage("rm [OPTION]... PATH...");
    args.usage("rm --ref REF [-m MESSAGE] [--expect OLD] PATH...");
    args.describe(
        "Remove files from the stage and from the workspace. Refuses when a file has changes that are in no "
        "commit, unless forced. With --ref, make a commit without them on top of REF, a branch; no workspace is needed.");
    args.option("--ref", "REF", ref_, "the branch to write to, instead of the workspace");
    args.flag("--cached", options_.cached, "from the stage only; the files stay");
    args.flag("-r", options_.recursive, "directories too, with everything below");
    args.flag("-f,--force", options_.force, "even if changes are lost");
    args.flag("-n,--dry-run", options_.dry_run, "only show what would be removed");
    args.flag("--ignore-unmatch", options_.ignore_unmatched, "succeed even if no file matches");
    flags_.declare(args);
    args.positionals("PATH", paths_, {.min = 1});
  }

  int run(Context& context) override {
    if (ref_) return remove_from_ref(context);
    if (flags_.message.given() || flags_.expect || flags_.lock_timeout || flags_.no_verify || flags_.json) {
      throw Error(ErrorCode::usage, "-m, -F, --expect, --lock-timeout, --no-verify and --json need --ref");
    }
    Workspace& workspace = context.workspace();
    context.begin("removing files");
    const std::vector<std::string> removed =
        workspace.remove(context.select(paths_), options_, context.command_line());
    if (flags_.quiet) return 0;
    for (const std::string& path : removed) context.out().print("rm '", context.shown_path(path), "'\n");
    return 0;
  }

  /// Paths are literal and seen from the root: there is no directory that they could be relative to.
  int remove_from_ref(Context& context) {
    RefWrite write(context, flags_, *ref_);
    TreeChanges changes(write.transaction(), write.tree());
    const Tree before(write.transaction(), write.tree());
    for (const std::string& path : paths_) {
      const std::string file = snapshot_path(path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
      const bool is_directory = before.has_directory(file);
      if (is_directory && !options_.recursive) {
        throw Error(ErrorCode::usage, "'" + path + "' is a directory", "give -r to remove it with everything below");
      }
      if (is_directory || before.get(file) || !options_.ignore_unmatched) changes.remove(file);
    }
    return write.commit(changes.finish(), "Remove " + paths_[0] + (paths_.size() > 1 ? " and others" : ""));
  }

  Workspace::RemoveOptions options_;
  RefWriteFlags flags_;
  std::optional<std::string> ref_;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_rm() { return std::make_unique<Rm>(); }

}  // namespace vstore::cli
