#include "cli/command.h"
#include "cli/status_text.h"

namespace vstore::cli {
namespace {

class Add final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Take the present content of files into the stage, from which the next commit is made. A directory "
        "stands for everything below it; patterns with *, ? and [] work too. Files that are gone are "
        "staged as deleted.");
    args.flag("-A,--all", all_, "everything: new, changed and deleted files (the whole workspace without PATH)");
    args.flag("-u,--update", update_, "only files that are tracked already");
    args.flag("-n,--dry-run", dry_run_, "only show what would be staged");
    args.flag("-f,--force", force_, "ignored files too");
    args.flag("-v,--verbose", verbose_, "name each file staged");
    args.positionals("PATH", paths_);
  }

  int run(Context& context) override {
    if (all_ && update_) throw Error(ErrorCode::usage, "-A and -u exclude each other");
    if (paths_.empty() && !all_ && !update_) {
      context.note("Nothing specified, nothing added.");
      context.note("hint: maybe you wanted to say 'vstore add .'?");
      return 0;
    }
    AddOptions options;
    options.update_only = update_;
    options.dry_run = dry_run_;
    options.force = force_;
    if (verbose_ || dry_run_) options.changes_max = std::numeric_limits<std::size_t>::max();
    context.begin("adding files");
    const AddResult result = context.workspace().add(context.select(paths_), options, context.command_line());
    if (verbose_ || dry_run_) print_changes(context, result);
    return report_problems(context, "add", result.problems);
  }

  static void print_changes(Context& context, const AddResult& result) {
    for (const Change& change : result.changes) {
      const bool removed = change.status == ChangeStatus::deleted;
      const std::string& path = removed ? change.old_path : change.new_path;
      context.out().print(removed ? "remove '" : "add '", context.shown_path(path), "'\n");
    }
  }

  bool all_ = false, update_ = false, dry_run_ = false, force_ = false, verbose_ = false;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_add() { return std::make_unique<Add>(); }

}  // namespace vstore::cli
