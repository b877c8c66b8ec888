// history/grep.cc - lines of a version's files, and text that commits bring or take.
#include <regex.h>

#include <algorithm>
#include <deque>

#include "history/path_set.h"
#include "vstore/file.h"
#include "vstore/history.h"
#include "vstore/linediff.h"
#include "vstore/search.h"

namespace vstore {
namespace {

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string escaped(std::string_view text) {
  std::string expression;
  for (const char c : text) {
    if (std::string_view("\\^$.[]|()*+?{}").find(c) != std::string_view::npos) expression += '\\';
    expression += c;
  }
  return expression;
}

/// A fixed text compared byte by byte needs no regular expression.
bool is_plain(const LinePattern& pattern) { return pattern.fixed && !pattern.ignore_case && !pattern.whole_words; }

/// Hands on the lines of a content that arrives in pieces; a line that spans pieces is put together first.
class LineSplitter {
 public:
  using Visit = std::function<bool(std::string_view)>;
  explicit LineSplitter(Visit visit) : visit_(std::move(visit)) {}

  bool take(std::string_view piece) {
    for (std::size_t end; (end = piece.find('\n')) != piece.npos; piece.remove_prefix(end + 1)) {
      if (!visit_(whole(piece.substr(0, end)))) return false;
      begun_.clear();
    }
    begun_ += piece;
    return true;
  }
  void finish() {
    if (!begun_.empty()) visit_(begun_);
  }

 private:
  std::string_view whole(std::string_view end) {
    if (begun_.empty()) return end;
    begun_ += end;
    return begun_;
  }

  Visit visit_;
  std::string begun_;
};

std::uint64_t count_of(std::string_view text, std::string_view sought) {
  std::uint64_t count = 0;
  for (std::size_t at = text.find(sought); at != text.npos; at = text.find(sought, at + sought.size())) ++count;
  return count;
}

bool is_file(const Entry& entry) { return entry.kind == Kind::file || entry.kind == Kind::executable; }

}  // namespace

// ---------------------------------------------------------------------------------------- matching --

struct LineMatcher::Compiled {
  explicit Compiled(const LinePattern& source) : pattern(source) {
    if (is_plain(pattern)) return;
    const std::string expression = pattern.fixed ? escaped(pattern.text) : pattern.text;
    const int problem = regcomp(&regex, expression.c_str(), REG_EXTENDED | (pattern.ignore_case ? REG_ICASE : 0));
    if (problem == 0) return;
    char why[128];
    regerror(problem, &regex, why, sizeof why);
    throw Error(ErrorCode::usage, "bad regular expression '" + pattern.text + "': " + why);
  }
  ~Compiled() {
    if (!is_plain(pattern)) regfree(&regex);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  const LinePattern pattern;
  regex_t regex{};
};

LineMatcher::LineMatcher(const LinePattern& pattern) : compiled_(std::make_unique<Compiled>(pattern)) {}
LineMatcher::LineMatcher(LineMatcher&&) noexcept = default;
LineMatcher::~LineMatcher() = default;

std::optional<std::string_view> LineMatcher::find(std::string_view line, std::size_t start) const {
  const LinePattern& pattern = compiled_->pattern;
  if (is_plain(pattern)) {
    const std::size_t at = line.find(pattern.text, start);
    return at == line.npos ? std::nullopt : std::optional(line.substr(at, pattern.text.size()));
  }
  for (auto from = static_cast<regoff_t>(start); from <= static_cast<regoff_t>(line.size());) {
    regmatch_t at{from, static_cast<regoff_t>(line.size())};
    const int flags = REG_STARTEND | (from > 0 ? REG_NOTBOL : 0);
    if (regexec(&compiled_->regex, line.data() ? line.data() : "", 1, &at, flags) != 0) return std::nullopt;
    const auto begin = static_cast<std::size_t>(at.rm_so), end = static_cast<std::size_t>(at.rm_eo);
    const bool bounded = (begin == 0 || !is_word(line[begin - 1])) && (end == line.size() || !is_word(line[end]));
    if (!pattern.whole_words || (bounded && end > begin)) return line.substr(begin, end - begin);
    from = at.rm_so + 1;
  }
  return std::nullopt;
}

// -------------------------------------------------------------------------------------------- grep --

std::vector<LineMatcher> line_matchers(const GrepOptions& options) {
  std::vector<LineMatcher> matchers;
  matchers.emplace_back(options.pattern);
  for (const std::string& text : options.others) {
    LinePattern pattern = options.pattern;
    pattern.text = text;
    matchers.emplace_back(pattern);
  }
  return matchers;
}

namespace {

/// Reports the lines of one file that match, with those around them.
class FileSearch {
 public:
  using Visit = std::function<GrepNext(const GrepLine&)>;
  FileSearch(const FoundEntry& file, const std::vector<LineMatcher>& matchers, const GrepOptions& options, const Visit& visit)
      : file_(file), matchers_(matchers), options_(options), visit_(visit) {}

  /// False to stop altogether.
  bool run(const Snapshot& snapshot) {
    bool begun = false;
    LineSplitter lines([this](std::string_view line) { return take(line); });
    FileReader(snapshot, file_.entry.id).visit([&](ByteView bytes) {
      if (!begun) binary_ = looks_binary(as_text(bytes));
      begun = true;
      return lines.take(as_text(bytes));
    });
    if (next_ == GrepNext::line) lines.finish();
    return next_ != GrepNext::stop;
  }

 private:
  bool take(std::string_view line) {
    ++number_;
    const bool matches = std::any_of(matchers_.begin(), matchers_.end(), [&](const LineMatcher& m) { return m.matches(line); });
    if (matches == options_.invert) return near(line);
    std::uint64_t earlier = number_ - recent_.size();
    for (const std::string& text : recent_) {
      if (!report(earlier++, text, false)) return false;
    }
    recent_.clear();
    after_left_ = options_.after;
    return report(binary_ ? 0 : number_, line, true);
  }

  /// A line that does not match stands behind one that does, or may stand before one.
  bool near(std::string_view line) {
    if (binary_) return true;
    if (after_left_ > 0) {
      --after_left_;
      return report(number_, line, false);
    }
    if (options_.before == 0) return true;
    recent_.emplace_back(line);
    if (recent_.size() > options_.before) recent_.pop_front();
    return true;
  }

  bool report(std::uint64_t number, std::string_view text, bool is_match) {
    next_ = visit_({file_.path, number, text, is_match});
    if (binary_ && next_ == GrepNext::line) next_ = GrepNext::file;
    return next_ == GrepNext::line;
  }

  const FoundEntry& file_;
  const std::vector<LineMatcher>& matchers_;
  const GrepOptions& options_;
  const Visit& visit_;
  GrepNext next_ = GrepNext::line;
  bool binary_ = false;
  std::uint64_t number_ = 0, after_left_ = 0;
  std::deque<std::string> recent_;  // lines that were not reported
};

}  // namespace

void grep_tree(const Snapshot& snapshot, const Id& root, const GrepOptions& options,
               const std::function<GrepNext(const GrepLine&)>& visit) {
  const std::vector<LineMatcher> matchers = line_matchers(options);
  FindOptions files;
  files.paths = options.paths;
  files.kinds = {Kind::file, Kind::executable};
  find_entries(snapshot.tree(root), files,
               [&](const FoundEntry& file) { return FileSearch(file, matchers, options, visit).run(snapshot); });
}

// ----------------------------------------------------------------------------------------- pickaxe --

Pickaxe::Pickaxe(const Snapshot& snapshot, Mode mode, std::string text, bool ignore_case, std::vector<std::string> paths)
    : snapshot_(snapshot),
      mode_(mode),
      text_(std::move(text)),
      ignore_case_(ignore_case),
      paths_(std::move(paths)),
      matcher_({text_, mode == Mode::occurrences, ignore_case, false}) {
  if (text_.empty()) throw Error(ErrorCode::usage, "there is no text to look for");
}

bool Pickaxe::matches(const Commit& commit) const {
  if (commit.parents.size() > 1) return false;
  const Id before = commit.parents.empty() ? empty_tree_id() : snapshot_.commit(commit.parents.front()).tree;
  CompareOptions options;
  options.paths = paths_;
  const std::vector<Change> changes = compare_trees(snapshot_, before, commit.tree, options);
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    const bool only_renamed = change.before && change.after && change.before->id == change.after->id;
    return !only_renamed && differs(content(change.before), content(change.after));
  });
}

/// Binary files have no lines, but a text may stand in them.
std::string Pickaxe::content(const std::optional<Entry>& entry) const {
  std::string text;
  if (!entry || !is_file(*entry)) return text;
  FileReader(snapshot_, entry->id).visit([&](ByteView bytes) {
    if (text.empty() && mode_ == Mode::lines && looks_binary(as_text(bytes))) return false;
    text += as_text(bytes);
    return true;
  });
  return text;
}

bool Pickaxe::differs(const std::string& before, const std::string& after) const {
  if (mode_ == Mode::occurrences && !ignore_case_) return count_of(before, text_) != count_of(after, text_);
  std::int64_t balance = 0;
  bool any = false;
  for (const Hunk& hunk : diff_lines(before, after, 0).hunks) {
    for (const DiffLine& line : hunk.lines) {
      if (line.tag == ' ' || !matcher_.matches(line.text.substr(0, line.text.find('\n')))) continue;
      any = true;
      balance += line.tag == '+' ? 1 : -1;
    }
  }
  return mode_ == Mode::lines ? any : balance != 0;
}

}  // namespace vstore
