#include "cli/command.h"
#include "cli/json.h"
#include "cli/revision_args.h"
#include "cli/safe_text.h"
#include "vstore/names.h"
#include "vstore/search.h"

namespace vstore::cli {
namespace {

class Grep final : public Command {
  void declare(Args& args) override {
    args.usage("grep [OPTION]... PATTERN [REVISION]... [-- PATH...]");
    args.describe("Print the lines of a version's files (HEAD's) that match a regular expression, without checking it out.");
    args.flag("-i,--ignore-case", options_.pattern.ignore_case, "ignore case");
    args.flag("-F,--fixed-strings", options_.pattern.fixed, "PATTERN stands for itself");
    args.flag("-E,--extended-regexp", extended_, "an extended regular expression (the default)");
    args.flag("-w,--word-regexp", options_.pattern.whole_words, "match only whole words");
    args.flag("-v,--invert-match", options_.invert, "lines that do not match");
    args.flag("-n,--line-number", numbers_, "with line numbers");
    args.flag("-l,--files-with-matches,--name-only", names_, "only the names of files");
    args.flag("-c,--count", count_, "only how many lines each file has");
    args.flag("-q,--quiet", quiet_, "print nothing; exit code 0 at the first match");
    args.flag("--json", json_, "a JSON object for each line, one a line");
    args.positionals("PATTERN", arguments_, {.min = 1});
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    options_.pattern.text = arguments_.front();
    arguments_.erase(arguments_.begin());
    const Snapshot snapshot = context.snapshot();
    RevisionArguments what = split_revisions(context, arguments_, dashes_, after_);
    const bool named = !what.revisions.empty();
    if (!named) what.revisions.push_back("HEAD");
    options_.paths = what.paths;
    if (!json_ && !quiet_) context.page();
    bool any = false;
    for (const std::string& revision : what.revisions) {
      any = search(context, snapshot, revision, named ? escape_for_terminal(revision) + ":" : "") || any;
      if (any && quiet_) break;
    }
    return any ? 0 : 1;
  }

  /// True if anything matched.
  bool search(Context& context, const Snapshot& snapshot, const std::string& revision, const std::string& prefix) const {
    const Id root = resolve_tree(snapshot, context.revisions(), revision);
    bool any = false;
    std::string counted;
    std::uint64_t lines = 0;
    const auto end_of_file = [&] {
      if (count_ && lines > 0) context.out().print(prefix, counted, ":", lines, "\n");
      lines = 0;
    };
    grep_tree(snapshot, root, options_, [&](const GrepLine& line) {
      any = true;
      if (quiet_) return GrepNext::stop;
      if (!count_) return print(context, revision, prefix, line);
      const std::string path = context.shown_path(line.path);
      if (path != counted) end_of_file();
      counted = path;
      ++lines;
      return GrepNext::line;
    });
    end_of_file();
    return any;
  }

  GrepNext print(Context& context, const std::string& revision, const std::string& prefix, const GrepLine& line) const {
    Output& out = context.out();
    if (json_) {
      Json item;
      item["revision"] = revision;
      set_text(item, "path", line.path);
      item["line"] = line.number > 0 ? Json(line.number) : Json();
      if (line.number > 0) set_text(item, "text", line.text);
      print_json(out, item);
      return names_ ? GrepNext::file : GrepNext::line;
    }
    const std::string path = out.paint(Colour::magenta, prefix + context.shown_path(line.path));
    if (names_) {
      out.print(path, "\n");
      return GrepNext::file;
    }
    if (line.number == 0) out.print("Binary file ", path, " matches\n");
    else if (numbers_) out.print(path, ":", out.paint(Colour::green, std::to_string(line.number)), ":", safe_text(line.text), "\n");
    else out.print(path, ":", safe_text(line.text), "\n");
    return GrepNext::line;
  }

  GrepOptions options_;
  bool extended_ = false, numbers_ = false, names_ = false, count_ = false, quiet_ = false, json_ = false, dashes_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_grep() { return std::make_unique<Grep>(); }

}  // namespace vstore::cli
