#include "cli/walk_options.h"

#include "cli/context.h"
#include "cli/identity.h"

namespace vstore::cli {

void WalkOptions::declare(Args& args, const std::string& count_name) {
  args.option(count_name, "NUMBER", count_max, "at most so many");
  args.number(count_max, "the same");
  args.option("--skip", "NUMBER", skipped, "leave out the first so many");
  args.option("--since,--after", "DATE", since, "not older than DATE");
  args.option("--until,--before", "DATE", until, "not newer than DATE");
  args.option("--author", "PATTERN", author, "whose author (Name <email>) matches a regular expression");
  args.option("--grep", "PATTERN", grep, "whose message matches a regular expression");
  args.flag("-i,--regexp-ignore-case", ignore_case, "ignore case in patterns");
  args.option("--meta", "KEY[=VALUE]", meta, "that have this meta data; repeatable");
  args.option("-S", "TEXT", pickaxe, "that changed how often a file has TEXT");
  args.option("-G", "PATTERN", pickaxe_lines, "that added or removed a line which matches");
  args.flag("--merges", merges, "only merges");
  args.flag("--no-merges", no_merges, "no merges");
  refs.declare(args);
  args.flag("--first-parent", first_parent, "follow only the first parent of merges");
  args.flag("--topo-order", topo_order, "no commit before all its children; branches kept together");
}

LogOptions WalkOptions::log_options(Context& context, const Snapshot& snapshot, const RevisionArguments& arguments) const {
  LogOptions options;
  std::vector<std::string> revisions = arguments.revisions;
  for (std::string& name : refs.revisions(context, snapshot)) revisions.push_back(std::move(name));
  if (revisions.empty() && !refs.given()) revisions.push_back("HEAD");
  options.set = resolve_set(snapshot, context.revisions(), revisions);
  options.paths = arguments.paths;
  options.topo_order = topo_order;
  options.first_parent = first_parent;
  if (since) options.since = parse_time(*since, now()).seconds;
  if (until) options.until = parse_time(*until, now()).seconds;
  options.author = author;
  options.grep = grep;
  options.ignore_case = ignore_case;
  if (merges && no_merges) throw Error(ErrorCode::usage, "--merges and --no-merges exclude each other");
  if (merges || no_merges) options.merges = merges;
  for (const std::string& pair : meta) {
    const std::size_t equals = pair.find('=');
    options.meta.emplace_back(pair.substr(0, equals),
                              equals == pair.npos ? std::nullopt : std::optional(pair.substr(equals + 1)));
  }
  return options;
}

CommitStream::CommitStream(const Snapshot& snapshot, const WalkOptions& options, LogOptions walk)
    : snapshot_(snapshot), to_skip_(options.skipped.value_or(0)), left_(options.count_max.value_or(UINT64_MAX)) {
  const auto look_for = [&](const std::optional<std::string>& text, Pickaxe::Mode mode) {
    if (text) pickaxes_.emplace_back(snapshot_, mode, *text, options.ignore_case, walk.paths);
  };
  look_for(options.pickaxe, Pickaxe::Mode::occurrences);
  look_for(options.pickaxe_lines, Pickaxe::Mode::lines);
  if (options.follow) follow_.emplace(snapshot, std::move(walk));
  else walk_.emplace(snapshot, std::move(walk));
}

std::optional<LogEntry> CommitStream::next_match() {
  while (auto entry = step()) {
    bool all = true;
    for (const Pickaxe& pickaxe : pickaxes_) all = all && pickaxe.matches(entry->commit);
    if (all) return entry;
  }
  return std::nullopt;
}

std::optional<LogEntry> CommitStream::next() {
  for (; to_skip_ > 0; --to_skip_) {
    if (!next_match()) return std::nullopt;
  }
  if (left_ == 0) return std::nullopt;
  --left_;
  return next_match();
}

std::string CommitStream::path() const { return follow_ ? follow_->path() : std::string(); }

}  // namespace vstore::cli
