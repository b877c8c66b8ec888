// workspace/ignore.h - which untracked files are ignored: gitignore's syntax and precedence, in files named
// `.vstoreignore`, `.vstore/info/exclude` and the user's global file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "os/dir.h"

namespace vstore {

inline constexpr std::string_view ignore_file_name = ".vstoreignore";

/// The rules of one workspace. Thread-safe: per-directory files are loaded as directories are entered.
class IgnoreRules {
 public:
  /// `exclude_file` and `global_file` may be empty or missing.
  IgnoreRules(const os::Dir& top, const std::string& exclude_file, const std::string& global_file);
  ~IgnoreRules();

  /// The rules inside one directory: its own file's, then its parents'. Cheap to copy.
  class Level;
  std::shared_ptr<const Level> top() const;
  /// Rules below `directory` (relative, no trailing '/'), given its parent's level and an open handle.
  std::shared_ptr<const Level> enter(const std::shared_ptr<const Level>& parent, std::string_view directory,
                                     const os::Dir& handle) const;
  /// True if `path` (full, relative) in that directory is ignored by a rule at this level or above. That a
  /// parent directory is ignored is the caller's to know: it does not descend.
  static bool ignored(const Level& level, std::string_view path, bool is_directory);

  /// The same for a single path, loading levels on the way: false below no ignored directory.
  bool ignored(std::string_view path, bool is_directory) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vstore
