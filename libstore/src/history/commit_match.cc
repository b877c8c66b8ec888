#include "history/commit_match.h"

#include <regex.h>

#include "vstore/error.h"

namespace vstore {

struct Pattern::Compiled {
  regex_t regex;
};

Pattern::Pattern(const std::string& expression, bool ignore_case) {
  auto compiled = std::make_unique<Compiled>();
  const int flags = REG_EXTENDED | REG_NOSUB | REG_NEWLINE | (ignore_case ? REG_ICASE : 0);
  const int problem = regcomp(&compiled->regex, expression.c_str(), flags);
  if (problem != 0) {
    char why[128];
    regerror(problem, &compiled->regex, why, sizeof why);
    throw Error(ErrorCode::usage, "bad regular expression '" + expression + "': " + why);
  }
  compiled_ = std::move(compiled);
}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern::~Pattern() {
  if (compiled_) regfree(&compiled_->regex);
}

bool Pattern::matches(const std::string& text) const {
  return regexec(&compiled_->regex, text.c_str(), 0, nullptr, 0) == 0;
}

CommitMatch::CommitMatch(const LogOptions& options) : merges_(options.merges), meta_(options.meta) {
  if (options.author) author_.emplace(*options.author, options.ignore_case);
  if (options.grep) message_.emplace(*options.grep, options.ignore_case);
}

bool CommitMatch::has_meta(const Commit& commit) const {
  for (const auto& [key, value] : meta_) {
    const auto found = commit.meta.find(key);
    if (found == commit.meta.end() || (value && found->second != *value)) return false;
  }
  return true;
}

bool CommitMatch::matches(const Commit& commit) const {
  if (merges_ && *merges_ != (commit.parents.size() > 1)) return false;
  if (!has_meta(commit)) return false;
  if (author_ && !author_->matches(commit.author.name + " <" + commit.author.email + ">")) return false;
  return !message_ || message_->matches(commit.message);
}

}  // namespace vstore
