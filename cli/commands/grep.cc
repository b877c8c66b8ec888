#include <set>

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
    args.usage("grep [OPTION]... (PATTERN | -e PATTERN...) [REVISION]... [-- PATH...]");
    args.describe("Print the lines of a version's files (HEAD's) that match a regular expression, without checking it out.");
    args.option("-e", "PATTERN", patterns_, "a pattern; with several, lines that match any of them");
    args.flag("-i,--ignore-case", options_.pattern.ignore_case, "ignore case");
    args.flag("-F,--fixed-strings", options_.pattern.fixed, "PATTERN stands for itself");
    args.flag("-E,--extended-regexp", extended_, "an extended regular expression (the default)");
    args.flag("-w,--word-regexp", options_.pattern.whole_words, "match only whole words");
    args.flag("-v,--invert-match", options_.invert, "lines that do not match");
    args.flag("-n,--line-number", numbers_, "with line numbers");
    args.flag("-h", no_paths_, "without the names of files");
    args.flag("-l,--files-with-matches,--name-only", names_, "only the names of files");
    args.flag("-L,--files-without-match", other_names_, "only the names of files without a match");
    args.flag("-c,--count", count_, "only how many lines each file has");
    args.flag("-o,--only-matching", only_matching_, "only what matches, each match in a line of its own");
    args.option("-m,--max-count", "NUMBER", matches_max_, "at most so many lines of each file");
    args.option("-A,--after-context", "NUMBER", after_context_, "so many lines behind those that match");
    args.option("-B,--before-context", "NUMBER", before_context_, "so many lines before them");
    args.option("-C,--context", "NUMBER", context_, "so many lines on both sides");
    args.flag("-q,--quiet", quiet_, "print nothing; exit code 0 at the first match");
    args.flag("--cached", cached_, "look in the stage");
    args.flag("--json", json_, "a JSON object for each line, one a line");
    args.positionals("PATTERN", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    settle();
    const Snapshot snapshot = context.snapshot();
    RevisionArguments what = split_revisions(context, arguments_, dashes_, after_);
    const bool named = !what.revisions.empty();
    if (named && cached_) throw Error(ErrorCode::usage, "--cached looks in the stage, not in versions");
    if (!named) what.revisions.push_back(cached_ ? "" : "HEAD");
    options_.paths = what.paths;
    if (!json_ && !quiet_) context.page();
    bool any = false;
    for (const std::string& revision : what.revisions) {
      const Id root = cached_ ? context.workspace().stage_root() : resolve_tree(snapshot, context.revisions(), revision);
      Search search(*this, context, revision, named ? escape_for_terminal(revision) + ":" : "");
      any = (other_names_ ? search.list_others(snapshot, root) : search.run(snapshot, root)) || any;
      if (any && quiet_) break;
    }
    return any ? 0 : 1;
  }

  void settle() {
    if (patterns_.empty()) {
      if (arguments_.empty()) throw Error(ErrorCode::usage, "missing argument: PATTERN");
      patterns_.push_back(arguments_.front());
      arguments_.erase(arguments_.begin());
    }
    options_.pattern.text = patterns_.front();
    options_.others.assign(patterns_.begin() + 1, patterns_.end());
    if (!names_ && !other_names_ && !count_ && !quiet_ && !only_matching_) {
      options_.before = before_context_.value_or(context_.value_or(0));
      options_.after = after_context_.value_or(context_.value_or(0));
    }
  }

  /// One version.
  class Search {
   public:
    Search(const Grep& how, Context& context, const std::string& revision, std::string prefix)
        : how_(how), context_(context), out_(context.out()), revision_(revision), prefix_(std::move(prefix)), matchers_(line_matchers(how.options_)) {}

    /// True if anything matched.
    bool run(const Snapshot& snapshot, const Id& root) {
      grep_tree(snapshot, root, how_.options_, [this](const GrepLine& line) { return take(line); });
      end_count();
      return any_;
    }

    /// Prints the files without a match; true if there are any.
    bool list_others(const Snapshot& snapshot, const Id& root) {
      std::set<std::string, std::less<>> with;
      grep_tree(snapshot, root, how_.options_, [&](const GrepLine& line) {
        with.emplace(line.path);
        return GrepNext::file;
      });
      FindOptions files;
      files.paths = how_.options_.paths;
      files.kinds = {Kind::file, Kind::executable};
      find_entries(snapshot.tree(root), files, [&](const FoundEntry& file) {
        if (with.contains(file.path)) return true;
        any_ = true;
        if (!how_.quiet_) print_name(file.path);
        return !how_.quiet_;
      });
      return any_;
    }

   private:
    GrepNext take(const GrepLine& line) {
      any_ |= line.is_match;
      if (how_.quiet_) return GrepNext::stop;
      if (line.path != path_) {
        end_count();
        matches_ = 0;
      }
      const bool apart = hunk_shown_ && (line.path != path_ || line.number > last_ + 1);
      path_ = line.path;
      if (line.is_match && how_.matches_max_ && matches_ == *how_.matches_max_) return GrepNext::file;
      matches_ += line.is_match;
      if (how_.count_) return GrepNext::line;
      if (how_.json_) print_json_line(line);
      else if (how_.names_) print_name(line.path);
      else print(line, apart);
      last_ = line.number;
      return how_.names_ ? GrepNext::file : GrepNext::line;
    }

    void end_count() {
      if (how_.count_ && matches_ > 0) out_.print(how_.no_paths_ ? "" : shown_path(path_) + ":", matches_, "\n");
      matches_ = 0;
    }

    std::string shown_path(std::string_view path) const {
      return out_.paint(Colour::magenta, prefix_ + context_.shown_path(std::string(path)));
    }

    void print_name(std::string_view path) {
      if (!how_.json_) return out_.print(shown_path(path), "\n");
      Json item;
      item["revision"] = revision_;
      set_text(item, "path", path);
      item["line"] = Json();
      print_json(out_, item);
    }

    void print_json_line(const GrepLine& line) {
      Json item;
      item["revision"] = revision_;
      set_text(item, "path", line.path);
      item["line"] = line.number > 0 ? Json(line.number) : Json();
      if (line.number > 0) set_text(item, "text", line.text);
      if (!line.is_match) item["context"] = true;
      print_json(out_, item);
    }

    void print(const GrepLine& line, bool apart) {
      if (line.number == 0) return out_.print("Binary file ", shown_path(line.path), " matches\n");
      if (apart && how_.options_.before + how_.options_.after > 0) out_.print("--\n");
      hunk_shown_ = true;
      if (!how_.only_matching_ || how_.options_.invert) return print_text(line, line.text);
      for (std::size_t at = 0; const auto found = next_match(line.text, at);) {
        if (!found->empty()) print_text(line, *found);
        at = static_cast<std::size_t>(found->data() - line.text.data()) + std::max<std::size_t>(found->size(), 1);
      }
    }

    /// The first match of any pattern, the longest of those.
    std::optional<std::string_view> next_match(std::string_view text, std::size_t at) const {
      std::optional<std::string_view> first;
      if (at > text.size()) return first;
      for (const LineMatcher& matcher : matchers_) {
        const auto found = matcher.find(text, at);
        if (!found) continue;
        const bool better = !first || found->data() < first->data() || (found->data() == first->data() && found->size() > first->size());
        if (better) first = found;
      }
      return first;
    }

    void print_text(const GrepLine& line, std::string_view text) {
      const char gap = line.is_match ? ':' : '-';
      if (!how_.no_paths_) out_.print(shown_path(line.path), gap);
      if (how_.numbers_) out_.print(out_.paint(Colour::green, std::to_string(line.number)), gap);
      out_.print(safe_text(text), "\n");
    }

    const Grep& how_;
    Context& context_;
    Output& out_;
    const std::string& revision_;
    const std::string prefix_;
    const std::vector<LineMatcher> matchers_;
    bool any_ = false;
    std::string path_;           // of the file that lines come from
    std::uint64_t matches_ = 0;  // in it
    std::uint64_t last_ = 0;     // number of the line printed last
    bool hunk_shown_ = false;    // of lines, so that a mark stands before the next
  };

  GrepOptions options_;
  std::vector<std::string> patterns_;
  std::optional<std::uint64_t> matches_max_, after_context_, before_context_, context_;
  bool extended_ = false, numbers_ = false, names_ = false, other_names_ = false, count_ = false, quiet_ = false, json_ = false, dashes_ = false;
  bool no_paths_ = false, only_matching_ = false, cached_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_grep() { return std::make_unique<Grep>(); }

}  // namespace vstore::cli
