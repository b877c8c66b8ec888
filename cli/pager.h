// cli/pager.h - long output goes through a pager, as with git, when standard output is a terminal.
#pragma once

#include <sys/types.h>

#include <string>

namespace vstore::cli {

/// Owns the running pager, if any. finish() must come after the last flush.
class Pager {
 public:
  /// Starts `command` (a shell command) and connects standard output to it. Empty and "cat" mean none.
  void start(const std::string& command);
  /// Closes standard output and waits until the reader has left the pager.
  void finish();

 private:
  pid_t pid_ = -1;
};

}  // namespace vstore::cli
