// Locks (protocol.md rule 5).
//
// 1. Each acquisition opens the file anew, so threads of one process exclude each other too.
// 2. The lock file is never unlinked; if somebody replaced it all the same, a lock on the old inode is
//    worth nothing: the inode is compared after locking.
// 3. The lock is dropped by close only. A forked child shares the descriptor, so a Lock refuses to be
//    used under another process id.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "os/posix.h"
#include "os/real_file.h"
#include "vstore/error.h"

namespace vstore::os {
namespace {

using Clock = std::chrono::steady_clock;

class RealLock final : public Lock {
 public:
  explicit RealLock(std::unique_ptr<RealFile> file) : file_(std::move(file)), pid_(::getpid()) {}
  File& file() override {
    if (::getpid() == pid_) return *file_;
    throw Error(ErrorCode::usage, "cannot use the lock '" + file_->path() + "' in a forked process",
                "open the store again after fork()");
  }

 private:
  std::unique_ptr<RealFile> file_;
  pid_t pid_;
};

/// A shared lock can be had on a file that may only be read (read-only media, another user's store).
UniqueFd open_lock_file(const std::string& path, LockMode mode) {
  UniqueFd fd = open_path(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0666);  // never made where a symlink leads
  if (!fd && mode == LockMode::shared && (errno == EACCES || errno == EROFS || errno == EPERM)) {
    fd = open_path(path, O_RDONLY | O_NOFOLLOW);
  }
  if (!fd) throw_errno("open lock", path);
  return fd;
}

bool is_still_at(int fd, const std::string& path) {
  struct stat held, named;
  if (::fstat(fd, &held) != 0) throw_errno("stat", path);
  if (::stat(path.c_str(), &named) != 0) {
    if (is_absent(errno)) return false;
    throw_errno("stat", path);
  }
  return held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

/// Sleeps between attempts: short at first, because publishes are short, then up to 4 ms.
class Backoff {
 public:
  explicit Backoff(int timeout_ms) : deadline_(Clock::now() + std::chrono::milliseconds(timeout_ms)) {}
  bool wait() {
    const auto left = deadline_ - Clock::now();
    if (left <= Clock::duration::zero()) return false;
    std::this_thread::sleep_for(std::min<Clock::duration>(pause_, left));
    pause_ = std::min(pause_ * 2, std::chrono::microseconds(4000));
    return true;
  }

 private:
  Clock::time_point deadline_;
  std::chrono::microseconds pause_{50};
};

/// flock() with the waiting rule of Fs::lock(); false on time-out.
bool flock_within(int fd, LockMode mode, int timeout_ms, Backoff& backoff, const std::string& path) {
  const int kind = mode == LockMode::shared ? LOCK_SH : LOCK_EX;
  const int flags = timeout_ms < 0 ? kind : kind | LOCK_NB;
  while (retry_eintr([&] { return ::flock(fd, flags); }) != 0) {
    if (errno != EWOULDBLOCK) throw_errno("lock", path);
    if (timeout_ms == 0 || !backoff.wait()) return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<Lock> lock_real_file(const std::string& path, LockMode mode, int timeout_ms, Poison& poison) {
  Backoff backoff(std::max(timeout_ms, 0));
  for (;;) {
    UniqueFd fd = open_lock_file(path, mode);
    if (!flock_within(fd.get(), mode, timeout_ms, backoff, path)) return nullptr;
    if (is_still_at(fd.get(), path)) {
      return std::make_unique<RealLock>(std::make_unique<RealFile>(path, std::move(fd), poison));
    }
  }
}

}  // namespace vstore::os
