#include "cli/command.h"
#include "cli/identity.h"
#include "cli/log_options.h"
#include "cli/revision_args.h"
#include "cli/safe_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Log final : public Command {
  void declare(Args& args) override {
    args.usage("log [OPTION]... [REVISION | ^REVISION | A..B | A...B]... [-- PATH...]");
    args.describe(
        "List versions, newest first: those that lead to the given revisions (HEAD), without those that lead "
        "to ^REVISION. With paths, only versions that changed one of them.");
    args.option("-n,--max-count", "NUMBER", count_max_, "at most so many");
    args.number(count_max_, "the same");
    args.option("--skip", "NUMBER", skipped_, "leave out the first so many");
    args.option("--since,--after", "DATE", since_, "not older than DATE");
    args.option("--until,--before", "DATE", until_, "not newer than DATE");
    args.option("--author", "PATTERN", author_, "whose author (Name <email>) matches a regular expression");
    args.option("--grep", "PATTERN", grep_, "whose message matches a regular expression");
    args.flag("-i,--regexp-ignore-case", ignore_case_, "ignore case in patterns");
    args.flag("--all", all_, "from all branches and tags, and HEAD");
    args.flag("--first-parent", first_parent_, "follow only the first parent of merges");
    args.flag("--topo-order", topo_order_, "no commit before all its children; branches kept together");
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
    const Snapshot snapshot = context.store().snapshot();
    const RevisionArguments arguments = split_revisions(context, arguments_, dashes_, after_);
    LogOutputOptions options = format_.output_options();
    options.paths = arguments.paths;
    options.graph = graph_;
    options.json = json_;
    options.merges = first_parent_;
    LogWalk walk(snapshot, walk_options(context, snapshot, arguments));
    LogOutput output(snapshot, std::move(options), format_.decorations(context, snapshot, json_), context.out());
    if (!json_) context.page();
    if (reverse_) print_reversed(snapshot, walk, output);
    else print(walk, output);
    return 0;
  }

  LogOptions walk_options(Context& context, const Snapshot& snapshot, const RevisionArguments& arguments) const {
    LogOptions options;
    options.set = revision_set(context, snapshot, arguments.revisions);
    options.paths = arguments.paths;
    options.topo_order = topo_order_ || graph_;
    options.first_parent = first_parent_;
    if (since_) options.since = parse_time(*since_, now()).seconds;
    if (until_) options.until = parse_time(*until_, now()).seconds;
    options.author = author_;
    options.grep = grep_;
    options.ignore_case = ignore_case_;
    return options;
  }

  RevisionSet revision_set(Context& context, const Snapshot& snapshot, std::vector<std::string> revisions) const {
    const RevisionContext names = context.revisions();
    if (all_) {
      for (const Ref& ref : snapshot.refs("refs/")) revisions.push_back(ref.name);
      if (snapshot.ref_commit(names.head)) revisions.push_back("HEAD");
      if (revisions.empty()) return {};
    } else if (revisions.empty()) {
      revisions.push_back("HEAD");
    }
    return resolve_set(snapshot, names, revisions);
  }

  /// The next commit that skip and count let through.
  std::optional<LogEntry> next(LogWalk& walk) {
    for (; skipped_ && *skipped_ > 0; --*skipped_) {
      if (!walk.next()) return std::nullopt;
    }
    if (count_max_ && shown_ == *count_max_) return std::nullopt;
    ++shown_;
    return walk.next();
  }

  void print(LogWalk& walk, LogOutput& output) {
    while (const auto entry = next(walk)) output.print(entry->id, entry->commit, entry->shown_parents);
  }

  void print_reversed(const Snapshot& snapshot, LogWalk& walk, LogOutput& output) {
    std::vector<Id> ids;
    while (const auto entry = next(walk)) ids.push_back(entry->id);
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) output.print(*id, snapshot.commit(*id), {});
  }

  std::optional<std::uint64_t> count_max_, skipped_;
  std::uint64_t shown_ = 0;
  std::optional<std::string> since_, until_, author_, grep_;
  bool ignore_case_ = false, all_ = false, first_parent_ = false, topo_order_ = false, reverse_ = false;
  bool graph_ = false, json_ = false, dashes_ = false;
  LogFormatOptions format_;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_log() { return std::make_unique<Log>(); }

}  // namespace vstore::cli
