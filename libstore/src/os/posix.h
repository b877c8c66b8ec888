// os/posix.h - system calls that finish what they began: EINTR retried, short reads and writes
// continued, descriptors never among 0 to 2. What everything else in os/ is made of.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>

#include "os/unique_fd.h"
#include "vstore/bytes.h"

namespace vstore::os {

/// Calls until the answer is something else than -1 with EINTR.
template <class Call>
auto retry_eintr(Call&& call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result == -1 && errno == EINTR);
  return result;
}

/// openat() with O_CLOEXEC, retried. Invalid, with errno set, on failure. A process started with its
/// standard descriptors closed must not find its store under one of them, so those are skipped.
UniqueFd open_at(int directory, const char* path, int flags, unsigned mode = 0);
UniqueFd open_path(const std::string& path, int flags, unsigned mode = 0);
/// Moves a descriptor that an open call returned above 2; invalid, with errno set, on failure.
UniqueFd above_standard(int fd);

/// Reads until `out` is full or the file ends; returns how much. -1 with errno set on failure.
std::int64_t read_at(int fd, std::uint64_t offset, std::span<std::uint8_t> out);
/// Writes everything. False with errno set on failure.
bool write_at(int fd, std::uint64_t offset, ByteView bytes);

/// "absent": the path, or a directory on the way to it, does not exist.
inline bool is_absent(int err) noexcept { return err == ENOENT || err == ENOTDIR; }

}  // namespace vstore::os
