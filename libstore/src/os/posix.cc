#include "os/posix.h"

#include <fcntl.h>

namespace vstore::os {

UniqueFd above_standard(int fd) {
  UniqueFd low(fd);
  if (fd < 0 || fd > 2) return low;
  return UniqueFd(::fcntl(low.get(), F_DUPFD_CLOEXEC, 3));
}

UniqueFd open_at(int directory, const char* path, int flags, unsigned mode) {
  return above_standard(retry_eintr([&] { return ::openat(directory, path, flags | O_CLOEXEC, mode); }));
}

UniqueFd open_path(const std::string& path, int flags, unsigned mode) {
  return open_at(AT_FDCWD, path.c_str(), flags, mode);
}

std::int64_t read_at(int fd, std::uint64_t offset, std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = retry_eintr(
        [&] { return ::pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(offset + done)); });
    if (n < 0) return -1;
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return static_cast<std::int64_t>(done);
}

bool write_at(int fd, std::uint64_t offset, ByteView bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = retry_eintr([&] {
      return ::pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    });
    if (n == 0) errno = EIO;  // a file that takes no bytes and gives no reason
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace vstore::os
