#include <algorithm>
#include <map>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "cli/safe_text.h"
#include "cli/walk_options.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Shortlog final : public Command {
  void declare(Args& args) override {
    args.usage("shortlog [-n] [-s] [-e] [-c] [OPTION]... [REVISION | ^REVISION | A..B]... [-- PATH...]");
    args.describe("List the versions that 'vstore log' would list by author, each author's oldest first.");
    args.flag("-n,--numbered", numbered_, "most versions first, not by name");
    args.flag("-s,--summary", summary_, "only how many");
    args.flag("-e,--email", email_, "with e-mail addresses");
    args.flag("-c,--committer", by_committer_, "by committer, not by author");
    args.option("--group", "WHO", group_, "by author or committer");
    walk_.declare(args, "--max-count");
    args.flag("--json", json_, "a JSON object for each author, one a line");
    args.positionals("REVISION", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    if (group_ && *group_ != "author" && *group_ != "committer") {
      throw Error(ErrorCode::usage, "unknown group '" + escape_for_terminal(*group_) + "'", "groups are author and committer");
    }
    by_committer_ |= group_ == "committer";
    const Snapshot snapshot = context.snapshot();
    const RevisionArguments arguments = split_revisions(context, arguments_, dashes_, after_);
    CommitStream commits(snapshot, walk_, walk_.log_options(context, snapshot, arguments));
    std::map<std::string, std::vector<std::string>> subjects;
    while (const auto entry = commits.next()) {
      const Person& author = by_committer_ ? entry->commit.committer : entry->commit.author;
      const std::string name = email_ ? author.name + " <" + author.email + ">" : author.name;
      subjects[name].emplace_back(subject(entry->commit.message));
    }
    std::vector<std::pair<std::string, std::vector<std::string>>> authors(subjects.begin(), subjects.end());
    if (numbered_) {
      std::stable_sort(authors.begin(), authors.end(),
                       [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    }
    if (!json_) context.page();
    for (const auto& [name, lines] : authors) print(context.out(), name, lines);
    return 0;
  }

  void print(Output& out, const std::string& name, const std::vector<std::string>& lines) const {
    if (json_) {
      Json item;
      item["author"] = name;
      item["count"] = lines.size();
      item["subjects"] = Json::array();
      for (auto line = lines.rbegin(); line != lines.rend(); ++line) item["subjects"].push_back(*line);
      return print_json(out, item);
    }
    if (summary_) {
      const std::string count = std::to_string(lines.size());
      return out.print(std::string(count.size() < 6 ? 6 - count.size() : 0, ' '), count, "\t", safe_text(name), "\n");
    }
    out.print(safe_text(name), " (", lines.size(), "):\n");
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) out.print("      ", safe_text(*line), "\n");
    out.print("\n");
  }

  WalkOptions walk_;
  std::optional<std::string> group_;
  bool by_committer_ = false, numbered_ = false, summary_ = false, email_ = false, json_ = false, dashes_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_shortlog() { return std::make_unique<Shortlog>(); }

}  // namespace vstore::cli
