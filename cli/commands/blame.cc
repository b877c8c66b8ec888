#include "vstore/blame.h"

#include <map>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/revision_args.h"
#include "cli/safe_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class BlameCommand final : public Command {
  void declare(Args& args) override {
    args.usage("blame [-l] [-e] [-s] [-L FIRST,LAST] [REVISION] [--] FILE");
    args.describe("Print a text file of a version (HEAD), each line with the version, the author and the time that it comes from.");
    args.option("-L", "FIRST,LAST", range_, "only these lines; FIRST,+NUMBER counts");
    args.flag("-l,--long", long_ids_, "whole ids");
    args.flag("-e,--show-email", email_, "e-mail addresses instead of names");
    args.flag("-s", short_, "neither author nor time");
    args.flag("--json", json_, "a JSON object for each line, one a line");
    args.positionals("REVISION | FILE", arguments_);
    args.after_dashes("FILE", after_, &dashes_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    std::vector<std::string> words = arguments_;
    words.insert(words.end(), after_.begin(), after_.end());
    if (words.empty() || words.size() > 2) throw Error(ErrorCode::usage, "expected [REVISION] FILE");
    const Id commit = resolve_commit(snapshot, context.revisions(), words.size() == 2 ? words[0] : "HEAD");
    const Blame blame = blame_file(snapshot, commit, dataset_path(context, words.back()));
    if (!json_) context.page();
    print(context.out(), snapshot, blame);
    return 0;
  }

  struct Range {
    std::uint64_t first, last;
  };
  Range range(std::uint64_t count) const {
    if (!range_) return {1, count};
    const std::size_t comma = range_->find(',');
    const std::string from = range_->substr(0, comma), to = comma == range_->npos ? "" : range_->substr(comma + 1);
    const std::uint64_t first = from.empty() ? 1 : number(from);
    if (to.empty()) return {first, count};
    return {first, to[0] == '+' ? first + number(to.substr(1)) - 1 : number(to)};
  }
  std::uint64_t number(const std::string& digits) const {
    if (!digits.empty() && digits.size() < 18 && digits.find_first_not_of("0123456789") == digits.npos && std::stoull(digits) > 0) {
      return std::stoull(digits);
    }
    throw Error(ErrorCode::usage, "option '-L' expects FIRST,LAST, not '" + escape_for_terminal(*range_) + "'");
  }

  void print(Output& out, const Snapshot& snapshot, const Blame& blame) {
    const Range wanted = range(blame.lines.size());
    std::string_view rest = blame.text;
    for (std::uint64_t i = 0; i < blame.lines.size(); ++i) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (i + 1 >= wanted.first && i + 1 <= wanted.last) print_line(out, snapshot, blame.lines[i], i + 1, rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void print_line(Output& out, const Snapshot& snapshot, const BlamedLine& line, std::uint64_t here, std::string_view text) {
    const Commit& commit = commit_of(snapshot, line.commit);
    if (json_) {
      Json item;
      item["line"] = here;
      item["commit"] = to_json(line.commit);
      item["original_line"] = line.original_number;
      set_text(item, "original_path", *line.path);
      item["author"] = to_json(commit.author);
      item["author_time"] = iso_time(commit.author_time);
      set_text(item, "text", text);
      return print_json(out, item);
    }
    const std::string id = long_ids_ ? line.commit.hex() : line.commit.abbrev(line.boundary ? 9 : 10);
    std::string about;
    if (!short_) {
      const std::string who = email_ ? "<" + commit.author.email + ">" : commit.author.name;
      about = "(" + safe_text(who) + " " + iso_time(commit.author_time).substr(0, 19) + " ";
      about[about.size() - 10] = ' ';
    }
    const std::string count = std::to_string(here);
    out.print(line.boundary ? "^" : "", id, " ", about, std::string(count.size() < 4 ? 4 - count.size() : 0, ' '), count, ") ", safe_text(text), "\n");
  }

  const Commit& commit_of(const Snapshot& snapshot, const Id& id) {
    const auto found = commits_.find(id);
    return found != commits_.end() ? found->second : commits_.emplace(id, snapshot.commit(id)).first->second;
  }

  bool long_ids_ = false, email_ = false, short_ = false, json_ = false, dashes_ = false;
  std::optional<std::string> range_;
  std::vector<std::string> arguments_, after_;
  std::map<Id, Commit> commits_;
};

}  // namespace

std::unique_ptr<Command> make_blame() { return std::make_unique<BlameCommand>(); }

}  // namespace vstore::cli
