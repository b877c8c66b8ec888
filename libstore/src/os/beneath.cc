#include "os/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <atomic>

#include "os/posix.h"

namespace vstore::os {
namespace {

std::atomic<bool> openat2_missing{false};

UniqueFd call_openat2(int directory, const std::string& path, int flags, unsigned mode) {
  open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.mode = (flags & O_CREAT) ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long fd;
  do {
    fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
  } while (fd == -1 && (errno == EINTR || errno == EAGAIN));  // EAGAIN: a rename raced; see openat2(2)
  return above_standard(static_cast<int>(fd));
}

}  // namespace

UniqueFd resolve_beneath(int directory, const std::string& relative, int flags, unsigned mode) {
  if (!openat2_missing.load(std::memory_order_relaxed)) {
    UniqueFd fd = call_openat2(directory, relative, flags, mode);
    // Some sandboxes answer EPERM to calls they do not know; the step-wise way tells a real EPERM.
    if (fd || (errno != ENOSYS && errno != EPERM)) return fd;
    if (errno == ENOSYS) openat2_missing.store(true, std::memory_order_relaxed);
  }
  return resolve_stepwise(directory, relative, flags, mode);
}

UniqueFd resolve_stepwise(int directory, const std::string& relative, int flags, unsigned mode) {
  errno = EXDEV;
  if (relative.starts_with('/')) return {};
  UniqueFd held;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t slash = relative.find('/', begin);
    const std::string name = relative.substr(begin, slash - begin);
    errno = name.empty() ? ENOENT : EXDEV;
    if (name.empty() || name == "..") return {};
    const int at = held ? held.get() : directory;
    if (slash == std::string::npos) return open_at(at, name.c_str(), flags | O_NOFOLLOW, mode);
    held = open_at(at, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (!held) return {};  // ENOTDIR for a symlink: O_DIRECTORY is checked first
    begin = slash + 1;
  }
}

}  // namespace vstore::os
