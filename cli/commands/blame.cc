#include "vstore/blame.h"

#include <map>

#include "cli/command.h"
#include "cli/date_format.h"
#include "cli/json.h"
#include "cli/revision_args.h"
#include "cli/safe_text.h"
#include "cli/text_layout.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class BlameCommand final : public Command {
  void declare(Args& args) override {
    args.usage("blame [-l] [-e] [-s] [-t] [-f] [-n] [-L FIRST,LAST] [REVISION] [--] FILE");
    args.describe("Print a text file of a version (HEAD), each line with the version, the author and the time that it comes from.");
    args.option("-L", "FIRST,LAST", range_, "only these lines; FIRST,+NUMBER counts");
    args.flag("-l,--long", long_ids_, "whole ids");
    args.flag("-e,--show-email", email_, "e-mail addresses instead of names");
    args.flag("-s", short_, "neither author nor time");
    args.flag("-t", raw_time_, "times in seconds");
    args.flag("-f,--show-name", path_, "with the file's name there, which shows anyway where it was another one");
    args.flag("-n,--show-number", original_, "with the line's number there");
    args.flag("-b", blank_boundary_, "no ids of versions without parents");
    args.flag("--root", root_, "no ^ before these ids");
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
    const std::string path = dataset_path(context, words.back());
    const Blame blame = blame_file(snapshot, commit, path);
    if (!json_) context.page();
    print(context.out(), snapshot, blame, path);
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

  /// A line that is shown.
  struct Shown {
    const BlamedLine* line;
    std::uint64_t number;
    std::string_view text;
    std::string who;
  };
  /// How wide columns are.
  struct Widths {
    std::size_t path = 0, who = 0, number = 0, original = 0;
    bool with_path = false;
  };

  void print(Output& out, const Snapshot& snapshot, const Blame& blame, const std::string& path) {
    const Range wanted = range(blame.lines.size());
    std::vector<Shown> lines;
    std::string_view rest = blame.text;
    for (std::uint64_t i = 0; i < blame.lines.size(); ++i) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (i + 1 >= wanted.first && i + 1 <= wanted.last) {
        const Person& author = commit_of(snapshot, blame.lines[i].commit).author;
        const std::string who = safe_text(email_ ? "<" + author.email + ">" : author.name);
        lines.push_back({&blame.lines[i], i + 1, rest.substr(0, end), who});
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const Widths widths = measure(lines, path);
    for (const Shown& shown : lines) {
      if (json_) print_json_line(out, snapshot, shown);
      else print_line(out, snapshot, shown, widths);
    }
  }

  Widths measure(const std::vector<Shown>& lines, const std::string& path) const {
    Widths widths;
    widths.with_path = path_;
    for (const Shown& shown : lines) {
      widths.with_path |= *shown.line->path != path;
      widths.path = std::max(widths.path, text_width(*shown.line->path));
      widths.who = std::max(widths.who, text_width(shown.who));
      widths.number = std::max(widths.number, std::to_string(shown.number).size());
      widths.original = std::max(widths.original, std::to_string(shown.line->original_number).size());
    }
    return widths;
  }

  void print_json_line(Output& out, const Snapshot& snapshot, const Shown& shown) {
    const Commit& commit = commit_of(snapshot, shown.line->commit);
    Json item;
    item["line"] = shown.number;
    item["commit"] = to_json(shown.line->commit);
    item["original_line"] = shown.line->original_number;
    set_text(item, "original_path", *shown.line->path);
    item["author"] = to_json(commit.author);
    item["author_time"] = iso_time(commit.author_time);
    set_text(item, "text", shown.text);
    print_json(out, item);
  }

  /// The columns are git's: id, path if it is another one, line there, author and time, line here.
  void print_line(Output& out, const Snapshot& snapshot, const Shown& shown, const Widths& widths) {
    const auto blanks = [](std::size_t width, std::size_t used) { return std::string(width > used ? width - used : 0, ' '); };
    const std::string original = std::to_string(shown.line->original_number), number = std::to_string(shown.number);
    std::string columns = id_text(*shown.line);
    if (widths.with_path) columns += " " + safe_text(*shown.line->path) + blanks(widths.path, text_width(*shown.line->path));
    if (original_) columns += " " + blanks(widths.original, original.size()) + original;
    if (!short_) columns += " (" + shown.who + blanks(widths.who, text_width(shown.who)) + " " + date_text(snapshot, shown);
    out.print(columns, " ", blanks(widths.number, number.size()), number, ") ", safe_text(shown.text), "\n");
  }

  std::string id_text(const BlamedLine& line) const {
    const std::size_t digits = long_ids_ ? 2 * sizeof(Id) : 10;
    if (!line.boundary || root_) return line.commit.hex().substr(0, digits);
    return blank_boundary_ ? std::string(digits, ' ') : "^" + line.commit.hex().substr(0, digits - 1);
  }

  std::string date_text(const Snapshot& snapshot, const Shown& shown) {
    const Time& time = commit_of(snapshot, shown.line->commit).author_time;
    const std::string text = iso_like_date(time);
    return raw_time_ ? std::to_string(time.seconds) + text.substr(text.rfind(' ')) : text;
  }

  const Commit& commit_of(const Snapshot& snapshot, const Id& id) {
    const auto found = commits_.find(id);
    return found != commits_.end() ? found->second : commits_.emplace(id, snapshot.commit(id)).first->second;
  }

  bool raw_time_ = false, path_ = false, original_ = false, blank_boundary_ = false, root_ = false;
  bool long_ids_ = false, email_ = false, short_ = false, json_ = false, dashes_ = false;
  std::optional<std::string> range_;
  std::vector<std::string> arguments_, after_;
  std::map<Id, Commit> commits_;
};

}  // namespace

std::unique_ptr<Command> make_blame() { return std::make_unique<BlameCommand>(); }

}  // namespace vstore::cli
