// cli/diff_output.h - a list of changes in the formats that were asked for.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "cli/change_contents.h"
#include "cli/diff_options.h"
#include "cli/json.h"
#include "cli/output.h"

namespace vstore::cli {

/// Prints changes in every format that `options` asks for, in git's order. `emit` gets whole lines (or
/// several), one change at a time, so memory is bounded by the largest change. `width`: columns for --stat.
class DiffOutput {
 public:
  using Emit = std::function<void(std::string_view)>;
  DiffOutput(const DiffOptions& options, const Output& colours, int width, Emit emit)
      : options_(options), colours_(colours), width_(width), emit_(std::move(emit)) {}

  void print(const std::vector<Change>& changes, const ChangeContents& contents) const;

 private:
  void names(const std::vector<Change>& changes) const;
  bool summary(const std::vector<Change>& changes) const;
  void patches(const std::vector<Change>& changes, const ChangeContents& contents) const;
  bool counts(const std::vector<Change>& changes, const ChangeContents& contents) const;

  const DiffOptions& options_;
  const Output& colours_;
  int width_;
  Emit emit_;
};

/// {"status", "path", "old_path"?, "similarity"?, "before", "after", "shared_bytes"}; docs/json.md
Json change_json(const Change& change, const ChangeContents& contents);
/// The same without "shared_bytes".
Json change_json(const Change& change);
/// "file", "executable", "symlink", "empty_directory"
std::string_view kind_name(Kind kind);

/// The path a change is known by: the new one, or the old one if it was deleted.
inline const std::string& path_of(const Change& change) {
  return change.new_path.empty() ? change.old_path : change.new_path;
}

}  // namespace vstore::cli
