// workspace/path_match.h - which paths a selection of literal paths and glob patterns means (git's
// pathspecs: '*' and '?' cross '/').
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vstore/workspace.h"

namespace vstore {

/// A selection prepared for matching. Remembers which specs matched anything. One thread.
class PathMatcher {
 public:
  explicit PathMatcher(const PathSelection& selection);
  /// True if the path (a trailing '/' is ignored) is selected: equal to a literal spec, below one, or
  /// matched by a pattern (or below a directory that is). Everything matches an empty selection.
  bool matches(std::string_view path);
  /// False if nothing below `directory` (no trailing '/') can match: it need not be looked into.
  bool may_match_below(std::string_view directory) const;
  /// For Scan: the smallest set of prefixes that covers everything selected, ascending, none below
  /// another; empty: everything.
  std::vector<std::string> prefixes() const;
  /// True if a spec is this very path, not a pattern or a directory above.
  bool names(std::string_view path) const;
  /// Specs that no path has matched so far; "." for the whole workspace.
  std::vector<std::string> unmatched() const;

 private:
  struct Spec {
    std::string text;     ///< without trailing '/'
    std::string literal;  ///< directory prefix before the first special character
    bool pattern;
    bool matched;
  };
  std::vector<Spec> specs_;
  bool everything_;
};

/// True if `path` is `directory` (no trailing '/') or lies below it. Everything is below "", the top.
inline bool equal_or_below(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace vstore
