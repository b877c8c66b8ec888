#include "os/fs_time.h"

#include <sys/random.h>
#include <sys/vfs.h>

#include <string>

#include "os/posix.h"
#include "vstore/error.h"

namespace vstore::os {
namespace {

/// A file that goes away again.
class Probe {
 public:
  explicit Probe(const Dir& directory) : directory_(directory) {
    for (int attempt = 0;; ++attempt) {
      name_ = "probe-" + std::to_string(::getpid()) + "-" + std::to_string(random_number());
      try {
        fd_ = directory.create_file(name_);
        return;
      } catch (const Error& error) {
        if (error.sys_errno() != EEXIST || attempt == 8) throw;
      }
    }
  }
  ~Probe() {
    try {
      directory_.unlink(name_);
    } catch (const Error&) {  // an empty file left behind is no reason to fail
    }
  }
  std::int64_t ctime_ns() const { return stat_descriptor(fd_.get(), directory_.path()).ctime_ns; }
  void change() const {
    const std::uint8_t byte = 'x';
    if (!write_at(fd_.get(), 0, {&byte, 1})) throw_errno("write", directory_.path() + "/" + name_);
  }

 private:
  static std::uint32_t random_number() {
    std::uint32_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != sizeof number) throw_errno("read", "random bytes");
    return number;
  }

  const Dir& directory_;
  std::string name_;
  UniqueFd fd_;
};

/// One of the file systems whose times are known well.
bool has_known_times(int fd) {
  struct statfs info;
  if (::fstatfs(fd, &info) != 0) return false;
  switch (static_cast<std::uint32_t>(info.f_type)) {
    case 0xef53:      // ext4
    case 0x58465342:  // xfs
    case 0x9123683e:  // btrfs
    case 0x01021994:  // tmpfs
      return true;
    default:
      return false;
  }
}

}  // namespace

std::int64_t fs_now(const Dir& directory) { return Probe(directory).ctime_ns(); }

bool has_fine_grained_times(const Dir& directory) {
  if (!has_known_times(directory.descriptor())) return false;
  // A coarse clock ticks every 1 to 10 ms: it can't move at each of 64 steps of some microseconds, unless
  // the process is stopped between all of them.
  const Probe probe(directory);
  std::int64_t last = probe.ctime_ns();
  for (int step = 0; step < 64; ++step) {
    probe.change();
    const std::int64_t now = probe.ctime_ns();
    if (now <= last) return false;
    last = now;
  }
  return true;
}

bool keeps_directory_times(const Dir& directory) { return has_known_times(directory.descriptor()); }

}  // namespace vstore::os
