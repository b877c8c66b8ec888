// history/commit_match.h - searching authors and messages.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "vstore/history.h"

namespace vstore {

/// A compiled POSIX extended regular expression. One thread.
class Pattern {
 public:
  /// Throws `usage` for a bad expression.
  Pattern(const std::string& expression, bool ignore_case);
  Pattern(Pattern&&) noexcept;
  ~Pattern();
  /// True if any line of the text matches.
  bool matches(const std::string& text) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

/// What a log looks for in commits themselves; all of it must match.
class CommitMatch {
 public:
  explicit CommitMatch(const LogOptions& options);
  /// True if nothing is sought, so that everything matches.
  bool empty() const noexcept { return !author_ && !message_ && !merges_ && meta_.empty(); }
  bool matches(const Commit& commit) const;

 private:
  bool has_meta(const Commit& commit) const;

  std::optional<Pattern> author_;
  std::optional<Pattern> message_;
  std::optional<bool> merges_;
  std::vector<std::pair<std::string, std::optional<std::string>>> meta_;
};

}  // namespace vstore
