// cli/format.h - commits in words: git's formats for log and show, and --format with placeholders.
#pragma once

#include <optional>
#include <string>

#include "cli/date_format.h"
#include "cli/decorations.h"
#include "cli/json.h"
#include "vstore/store.h"

namespace vstore::cli {

/// How commits are shown. A value.
struct CommitFormat {
  enum class Kind { oneline, short_text, medium, full, fuller, custom };
  Kind kind = Kind::medium;
  std::string custom;         ///< with placeholders
  bool terminated = false;    ///< entries end with a newline; else a blank line stands between them
  bool abbreviate = false;    ///< ids in headers

  /// Parses the value of --pretty or --format; throws Error(usage).
  static CommitFormat parse(const std::string& text);
};

/// Makes texts of commits. Colours come from `out`.
class CommitFormatter {
 public:
  CommitFormatter(const Snapshot& snapshot, const CommitFormat& format, const Decorations& decorations, const Output& out)
      : snapshot_(snapshot), format_(format), decorations_(decorations), out_(out) {}

  /// Ends with a newline, except one-line and custom formats.
  std::string text(const Id& id, const Commit& commit) const;

 private:
  std::string headers(const Id& id, const Commit& commit) const;
  std::string shown_id(const Id& id) const;

  const Snapshot& snapshot_;
  const CommitFormat& format_;
  const Decorations& decorations_;
  const Output& out_;
};

/// The commit as docs/json.md has it, without its changes; the first also without its refs.
Json commit_json(const Id& id, const Commit& commit);
Json commit_json(const Id& id, const Commit& commit, const Decorations& decorations);

}  // namespace vstore::cli
