#include "cli/git.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "cli/spawn.h"
#include "vstore/error.h"

namespace vstore::cli {

void demand_git() {
  if (!on_path("git")) throw Error(ErrorCode::io, "cannot run 'git': there is none on PATH", "install git");
}

GitProcess::GitProcess(const std::vector<std::string>& words, bool from_git) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("open", "a pipe to git");
  std::vector<std::string> command = {"git"};
  command.insert(command.end(), words.begin(), words.end());
  pid_ = from_git ? spawn(command, -1, {}, ends[1]) : spawn(command, ends[0]);
  ::close(ends[from_git ? 1 : 0]);
  fd_ = ends[from_git ? 0 : 1];
}

GitProcess::~GitProcess() {
  if (fd_ >= 0) ::close(fd_);
  if (pid_ >= 0) wait_for(pid_);
}

std::size_t GitProcess::read(std::span<std::uint8_t> out) {
  for (;;) {
    const ssize_t n = ::read(fd_, out.data(), out.size());
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) throw_errno("read", "the output of git");
  }
}

void GitProcess::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("write", "the input of git");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void GitProcess::finish() {
  ::close(std::exchange(fd_, -1));
  const int code = wait_for(std::exchange(pid_, -1));
  if (code != 0)
    throw Error(ErrorCode::refused, "git failed with exit code " + std::to_string(code),
                "see what it says above");
}

std::string git_output(const std::vector<std::string>& words) {
  GitProcess git(words, true);
  std::string text;
  std::uint8_t buffer[65536];
  while (const std::size_t n = git.read(buffer)) text.append(reinterpret_cast<const char*>(buffer), n);
  git.finish();
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace vstore::cli
