// cli/git.h - running git, at the other end of a pipe.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "vstore/git_stream.h"

namespace vstore::cli {

/// Throws Error(io) unless a git is on PATH.
void demand_git();
/// Standard output of `git WORDS`, without its last line feed. Throws Error(refused) if git fails; it has
/// said why.
std::string git_output(const std::vector<std::string>& words);

/// A git that writes to us (`from_git`) or reads from us. Not thread-safe.
class GitProcess final : public ByteSource {
 public:
  GitProcess(const std::vector<std::string>& words, bool from_git);
  ~GitProcess() override;
  std::size_t read(std::span<std::uint8_t> out) override;
  /// Throws Error(io), also if git ended meanwhile.
  void write(std::string_view bytes);
  /// Closes the pipe and waits. Throws Error(refused) if git failed.
  void finish();

 private:
  int fd_ = -1;
  pid_t pid_ = -1;
};

}  // namespace vstore::cli
