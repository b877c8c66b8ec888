// Backtracking over stars, after git's wildmatch.c, whose answers it must give in every corner (a
// differential test compares them). What keeps it from going exponential: once a later star has failed to
// find its tail in the rest of the text, an earlier star can't help, and the whole match is given up
// (abort_all); a `*` that ran into '/' can only be saved by a `**` (abort_to_double_star).
#include "history/wildmatch.h"

#include <algorithm>
#include <cctype>

namespace vstore {
namespace {

enum class Result { match, no_match, abort_all, abort_to_double_star };

class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view text, Wild mode)
      : pattern_(pattern), text_(text), pathname_(mode == Wild::pathname) {}

  Result run(std::size_t p, std::size_t t) const {
    for (; p < pattern_.size(); ++p, ++t) {
      const char c = pattern_[p];
      if (t >= text_.size() && c != '*') return Result::abort_all;
      if (c == '*') return star(p, t);
      if (c == '?') {
        if (pathname_ && text_[t] == '/') return Result::no_match;
      } else if (c == '[') {
        if (const Result result = set(p, text_[t]); result != Result::match) return result;
      } else {
        if (c == '\\') ++p;
        if (pattern_at(p) != text_[t] || p >= pattern_.size()) return Result::no_match;
      }
    }
    return t < text_.size() ? Result::no_match : Result::match;
  }

 private:
  char pattern_at(std::size_t i) const { return i < pattern_.size() ? pattern_[i] : '\0'; }
  bool at_end(std::size_t p) const { return p >= pattern_.size(); }

  /// Whether the stars that end before `p` and began at `begin` stand alone between slashes.
  bool is_whole_component(std::size_t begin, std::size_t p) const {
    const bool starts = begin == 0 || pattern_[begin - 1] == '/';
    const bool ends = at_end(p) || pattern_[p] == '/' || (pattern_[p] == '\\' && pattern_at(p + 1) == '/');
    return starts && ends;
  }

  Result star(std::size_t p, std::size_t t) const {
    const std::size_t begin = p;
    while (pattern_at(p) == '*') ++p;
    bool cross = !pathname_;
    if (pathname_ && p - begin > 1 && is_whole_component(begin, p)) {
      if (pattern_at(p) == '/' && run(p + 1, t) == Result::match) return Result::match;  // no directory
      cross = true;
    }
    const std::size_t slash = text_.find('/', t);
    if (at_end(p)) {
      return cross || slash == std::string_view::npos ? Result::match : Result::abort_to_double_star;
    }
    if (!cross && pattern_[p] == '/') {
      if (slash == std::string_view::npos) return Result::abort_all;
      return run(p + 1, slash + 1);
    }
    return find_tail(p, t, cross);
  }

  /// Tries the rest of the pattern at each place that the star may reach.
  Result find_tail(std::size_t p, std::size_t t, bool cross) const {
    const bool literal = literal_length(pattern_.substr(p, 1)) == 1;
    for (; t < text_.size(); ++t) {
      const bool hopeless = literal && text_[t] != pattern_[p];  // most places: not worth a call
      const Result result = hopeless ? Result::no_match : run(p, t);
      if (result != Result::no_match) {
        if (!cross || result != Result::abort_to_double_star) return result;
      } else if (!cross && text_[t] == '/') {
        return Result::abort_to_double_star;
      }
    }
    return Result::abort_all;
  }

  /// One `[...]` against one character; leaves `p` on the closing bracket.
  Result set(std::size_t& p, char text_char) const {
    const auto wanted = static_cast<unsigned char>(text_char);
    bool matched = false;
    unsigned char previous = 0;
    ++p;
    const bool negated = pattern_at(p) == '!' || pattern_at(p) == '^';
    if (negated) ++p;
    do {
      if (at_end(p)) return Result::abort_all;
      auto c = static_cast<unsigned char>(pattern_[p]);
      if (c == '\\') {
        if (at_end(++p)) return Result::abort_all;
        c = static_cast<unsigned char>(pattern_[p]);
        matched |= wanted == c;
      } else if (c == '-' && previous != 0 && !at_end(p + 1) && pattern_[p + 1] != ']') {
        if (pattern_[++p] == '\\') ++p;
        if (at_end(p)) return Result::abort_all;
        matched |= wanted >= previous && wanted <= static_cast<unsigned char>(pattern_[p]);
        c = 0;  // "a-c-e": the second '-' is no range
      } else if (c == '[' && pattern_at(p + 1) == ':') {
        switch (named_class(p, wanted)) {
          case ClassResult::malformed:
            return Result::abort_all;
          case ClassResult::not_a_class:
            matched |= wanted == '[';
            break;
          case ClassResult::matched:
            matched = true;
            [[fallthrough]];
          case ClassResult::unmatched:
            c = 0;
        }
      } else {
        matched |= wanted == c;
      }
      previous = c;
      ++p;
    } while (pattern_at(p) != ']');
    return matched == negated || (pathname_ && wanted == '/') ? Result::no_match : Result::match;
  }

  enum class ClassResult { matched, unmatched, not_a_class, malformed };

  /// `[:name:]` at p; leaves p on its last character, or where it was if it is not one.
  ClassResult named_class(std::size_t& p, unsigned char wanted) const {
    const std::size_t begin = p + 2;
    const std::size_t end = pattern_.find(']', begin);
    if (end == std::string_view::npos) return ClassResult::malformed;
    if (end == begin || pattern_[end - 1] != ':') return ClassResult::not_a_class;
    p = end;
    return in_class(pattern_.substr(begin, end - 1 - begin), wanted);
  }

  static ClassResult in_class(std::string_view name, unsigned char c) {
    static constexpr struct {
      std::string_view name;
      int (*test)(int);
    } classes[] = {{"alnum", std::isalnum}, {"alpha", std::isalpha},  {"cntrl", std::iscntrl},
                   {"digit", std::isdigit}, {"graph", std::isgraph},  {"lower", std::islower},
                   {"print", std::isprint}, {"punct", std::ispunct},  {"space", std::isspace},
                   {"upper", std::isupper}, {"xdigit", std::isxdigit}};
    if (name == "blank") return c == ' ' || c == '\t' ? ClassResult::matched : ClassResult::unmatched;
    for (const auto& known : classes) {
      if (known.name != name) continue;
      return c < 128 && known.test(c) ? ClassResult::matched : ClassResult::unmatched;
    }
    return ClassResult::malformed;
  }

  std::string_view pattern_;
  std::string_view text_;
  bool pathname_;
};

}  // namespace

bool wildmatch(std::string_view pattern, std::string_view text, Wild mode) {
  return Matcher(pattern, text, mode).run(0, 0) == Result::match;
}

bool pathspec_matches(std::string_view spec, std::string_view path) {
  // A file may be named like a pattern, so the text itself counts as well; as in git.
  if (spec.empty() || path == spec) return true;
  if (path.starts_with(spec) && path[spec.size()] == '/') return true;
  if (literal_length(spec) == spec.size()) return false;
  for (std::size_t end = path.find('/'); end != std::string_view::npos; end = path.find('/', end + 1)) {
    if (wildmatch(spec, path.substr(0, end), Wild::any)) return true;
  }
  return wildmatch(spec, path, Wild::any);
}

std::size_t literal_length(std::string_view pattern) noexcept {
  return std::min(pattern.find_first_of("*?[\\"), pattern.size());
}

}  // namespace vstore
