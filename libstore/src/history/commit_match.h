// history/commit_match.h - searching authors and messages.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "vstore/object.h"

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

/// Both patterns must match, where given: the author on "Name <email>", the other on the message.
class CommitMatch {
 public:
  CommitMatch(const std::optional<std::string>& author, const std::optional<std::string>& message,
              bool ignore_case);
  /// True if nothing is sought, so that everything matches.
  bool empty() const noexcept { return !author_ && !message_; }
  bool matches(const Commit& commit) const;

 private:
  std::optional<Pattern> author_;
  std::optional<Pattern> message_;
};

}  // namespace vstore
