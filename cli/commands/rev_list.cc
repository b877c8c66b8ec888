#include "cli/command.h"
#include "cli/json.h"
#include "cli/walk_options.h"

namespace vstore::cli {
namespace {

class RevList final : public Command {
  void declare(Args& args) override {
    args.usage("rev-list [OPTION]... (REVISION | ^REVISION | A..B | A...B | --all)... [-- PATH...]");
    args.describe("Print the ids of the versions that 'vstore log' would list, one a line, for scripts.");
    walk_.declare(args);
    args.flag("--reverse", reverse_, "oldest first");
    args.flag("--parents", parents_, "with the ids of each one's parents");
    args.flag("--count", count_, "print only how many there are");
    args.flag("--json", json_, "a JSON object for each, one a line");
    args.positionals("REVISION", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    if (arguments_.empty() && !walk_.refs.given()) throw Error(ErrorCode::usage, "missing argument: REVISION", "HEAD, or --all");
    const RevisionArguments arguments = split_revisions(context, arguments_, dashes_, after_);
    CommitStream commits(snapshot, walk_, walk_.log_options(context, snapshot, arguments));
    std::vector<std::pair<Id, std::vector<Id>>> kept;
    std::uint64_t count = 0;
    while (const auto entry = commits.next()) {
      ++count;
      if (count_) continue;
      if (reverse_) kept.emplace_back(entry->id, entry->shown_parents);
      else print(context.out(), entry->id, entry->shown_parents);
    }
    for (auto at = kept.rbegin(); at != kept.rend(); ++at) print(context.out(), at->first, at->second);
    if (count_) print_count(context.out(), count);
    return 0;
  }

  void print(Output& out, const Id& id, const std::vector<Id>& parents) const {
    if (json_) {
      Json item;
      item["id"] = to_json(id);
      item["parents"] = Json::array();
      for (const Id& parent : parents) item["parents"].push_back(to_json(parent));
      return print_json(out, item);
    }
    out.print(id.hex());
    if (parents_) {
      for (const Id& parent : parents) out.print(" ", parent.hex());
    }
    out.print("\n");
  }

  void print_count(Output& out, std::uint64_t count) const {
    if (!json_) return out.print(count, "\n");
    Json item;
    item["count"] = count;
    print_json(out, item);
  }

  WalkOptions walk_;
  bool reverse_ = false, parents_ = false, count_ = false, json_ = false, dashes_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_rev_list() { return std::make_unique<RevList>(); }

}  // namespace vstore::cli
