// Each word becomes a line of its own, and the lines are compared; what stands between words is not compared
// at all.
#include "vstore/worddiff.h"

#include <regex.h>

#include <optional>

#include "vstore/error.h"
#include "vstore/linediff.h"

namespace vstore {

struct WordDiff::Pattern {
  explicit Pattern(const std::string& text) {
    if (text.empty()) return;
    if (regcomp(&regex, text.c_str(), REG_EXTENDED | REG_NEWLINE) != 0) {
      throw Error(ErrorCode::usage, "'" + text + "' is not a regular expression");
    }
    given = true;
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern() {
    if (given) regfree(&regex);
  }

  bool given = false;
  regex_t regex;
};

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::optional<std::string_view> next_by_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  if (at == text.size()) return std::nullopt;
  std::size_t end = at + 1;
  while (end < text.size() && !is_space(text[end])) ++end;
  return text.substr(at, end - at);
}

/// The next match that is not empty, up to the end of its line.
std::optional<std::string_view> next_by_pattern(const regex_t& regex, std::string_view text, std::size_t at) {
  while (at < text.size()) {
    regmatch_t match{0, static_cast<regoff_t>(text.size() - at)};
    if (regexec(&regex, text.data() + at, 1, &match, REG_STARTEND) != 0) return std::nullopt;
    const std::size_t begin = at + static_cast<std::size_t>(match.rm_so),
                      end = at + static_cast<std::size_t>(match.rm_eo);
    const std::string_view word = text.substr(begin, end - begin);
    if (const std::string_view line = word.substr(0, word.find('\n')); !line.empty()) return line;
    at = begin + 1;
  }
  return std::nullopt;
}

/// The words of a text, one a line, and where each stands. Before the first is an empty one.
struct Words {
  std::vector<std::string_view> places;
  std::string lines;

  Words(std::string_view text, const regex_t* regex) : places{text.substr(0, 0)} {
    std::size_t at = 0;
    while (const auto word = regex ? next_by_pattern(*regex, text, at) : next_by_space(text, at)) {
      places.push_back(*word);
      lines.append(*word).append("\n");
      at = static_cast<std::size_t>(word->data() - text.data()) + word->size();
    }
  }

  /// From the first of some words to the end of the last; with no words, the place behind the one before.
  std::string_view stretch(std::uint64_t first, std::uint64_t count) const {
    if (count == 0) return places[first].substr(places[first].size());
    const std::string_view& last = places[first + count - 1];
    return {places[first].data(), last.data() + last.size()};
  }
};

}  // namespace

WordDiff::WordDiff(const std::string& pattern) : pattern_(std::make_unique<Pattern>(pattern)) {}
WordDiff::WordDiff(WordDiff&&) noexcept = default;
WordDiff::~WordDiff() = default;

std::vector<WordPiece> WordDiff::compare(std::string_view before, std::string_view after) const {
  if (after.empty()) return {{'-', before}};
  const regex_t* regex = pattern_->given ? &pattern_->regex : nullptr;
  const Words old_words(before, regex), new_words(after, regex);
  LineDiffOptions options;
  options.context = 0;
  options.indent_heuristic = false;
  std::vector<WordPiece> pieces;
  const auto add = [&](char tag, std::string_view text) {
    if (!text.empty()) pieces.push_back({tag, text});
  };
  const char* shown = after.data();
  for (const Hunk& hunk : diff_lines(old_words.lines, new_words.lines, options).hunks) {
    const std::string_view gone = old_words.stretch(hunk.old_start, hunk.old_count);
    const std::string_view come = new_words.stretch(hunk.new_start, hunk.new_count);
    add(' ', {shown, come.data()});
    add('-', gone);
    add('+', come);
    shown = come.data() + come.size();
  }
  add(' ', {shown, after.data() + after.size()});
  return pieces;
}

}  // namespace vstore
