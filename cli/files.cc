#include "cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "vstore/error.h"

namespace vstore::cli {

std::string read_text_file(const std::string& path) {
  const bool standard_input = path == "-";
  const int fd = standard_input ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw_errno("read", path);
  std::string text;
  char buffer[16384];
  ssize_t n;
  while ((n = ::read(fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  const int err = n < 0 ? errno : 0;
  if (!standard_input) ::close(fd);
  if (err != 0) throw_errno(err, "read", standard_input ? "standard input" : path);
  return text;
}

void write_text_file(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) throw_errno("write", path);
  std::size_t done = 0;
  int err = 0;
  while (done < text.size() && err == 0) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n >= 0) done += static_cast<std::size_t>(n);
    else if (errno != EINTR) err = errno;
  }
  if (::close(fd) != 0 && err == 0) err = errno;
  if (err != 0) throw_errno(err, "write", path);
}

}  // namespace vstore::cli
