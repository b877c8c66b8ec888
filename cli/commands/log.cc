#include "cli/command.h"
#include "cli/log_options.h"
#include "cli/walk_options.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Log final : public Command {
  void declare(Args& args) override {
    args.usage("log [OPTION]... [REVISION | ^REVISION | A..B | A...B]... [-- PATH...]");
    args.describe(
        "List versions, newest first: those that lead to the given revisions (HEAD), without those that lead "
        "to ^REVISION. With paths, only versions that changed one of them.");
    walk_.declare(args);
    args.flag("--follow", walk_.follow, "go on under a file's old name where it was renamed (one PATH)");
    args.flag("--reverse", reverse_, "oldest first");
    args.flag("--graph", graph_, "draw the history on the left");
    format_.declare(args);
    args.flag("--json", json_, "a JSON object for each commit, one a line");
    args.positionals("REVISION", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    if (graph_ && (reverse_ || json_)) {
      throw Error(ErrorCode::usage, std::string("--graph and ") + (reverse_ ? "--reverse" : "--json") + " exclude each other");
    }
    const Snapshot snapshot = context.snapshot();
    const RevisionArguments arguments = split_revisions(context, arguments_, dashes_, after_);
    if (walk_.follow && arguments.paths.size() != 1) throw Error(ErrorCode::usage, "--follow needs exactly one PATH");
    LogOutputOptions options = format_.output_options();
    if (!walk_.follow) options.paths = arguments.paths;
    options.graph = graph_;
    options.json = json_;
    options.merges = walk_.first_parent;
    LogOptions walk = walk_.log_options(context, snapshot, arguments);
    walk.topo_order = walk.topo_order || graph_;
    CommitStream commits(snapshot, walk_, std::move(walk));
    LogOutput output(snapshot, std::move(options), format_.decorations(context, snapshot, json_), context.out());
    if (!json_) context.page();
    if (reverse_) print_reversed(snapshot, commits, output);
    else print(commits, output);
    return 0;
  }

  static void print(CommitStream& commits, LogOutput& output) {
    while (const auto entry = commits.next()) {
      output.limit_to(commits.path());
      output.print(entry->id, entry->commit, entry->shown_parents);
    }
  }

  static void print_reversed(const Snapshot& snapshot, CommitStream& commits, LogOutput& output) {
    std::vector<std::pair<Id, std::string>> found;
    while (const auto entry = commits.next()) found.emplace_back(entry->id, commits.path());
    for (auto at = found.rbegin(); at != found.rend(); ++at) {
      output.limit_to(at->second);
      output.print(at->first, snapshot.commit(at->first), {});
    }
  }

  WalkOptions walk_;
  bool reverse_ = false, graph_ = false, json_ = false, dashes_ = false;
  LogFormatOptions format_;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_log() { return std::make_unique<Log>(); }

}  // namespace vstore::cli
