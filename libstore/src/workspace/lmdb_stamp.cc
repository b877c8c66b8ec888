#include "workspace/lmdb_stamp.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <optional>

#include "os/unique_fd.h"

namespace vstore {
namespace {

constexpr std::uint64_t small_file = 1 << 20;

using Stamp = std::array<std::uint64_t, 6>;

std::optional<Stamp> stamp_of(const std::string& directory) {
  struct stat file;
  if (::stat((directory + "/data.mdb").c_str(), &file) != 0) return std::nullopt;
  const auto number = [](auto value) { return static_cast<std::uint64_t>(value); };
  return Stamp{number(file.st_ino),          number(file.st_size),        number(file.st_mtim.tv_sec),
               number(file.st_mtim.tv_nsec), number(file.st_ctim.tv_sec), number(file.st_ctim.tv_nsec)};
}

std::string stamp_file(const std::string& directory) { return directory + "/stamp"; }

}  // namespace

bool lmdb_stamp_fits(const std::string& directory) {
  const auto now = stamp_of(directory);
  if (!now || (*now)[1] < small_file) return false;
  Stamp kept;
  const os::UniqueFd fd(::open(stamp_file(directory).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return fd && ::read(fd.get(), kept.data(), sizeof kept) == sizeof kept && kept == *now;
}

void write_lmdb_stamp(const std::string& directory) {
  const auto now = stamp_of(directory);
  if (!now || (*now)[1] < small_file) return;
  const os::UniqueFd fd(
      ::open(stamp_file(directory).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666));
  // Cut short by a crash, or mixed with another process's, it fits nothing.
  if (fd && ::pwrite(fd.get(), now->data(), sizeof *now, 0) < 0) return;
}

}  // namespace vstore
