#include "os/real_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "os/posix.h"
#include "vstore/error.h"

namespace vstore::os {
namespace {

constexpr std::uint64_t writeback_step = 8ull << 20;

}  // namespace

void Poison::refuse(const char* verb, const std::string& path) const {
  if (!is_set()) return;
  throw Error(ErrorCode::io,
              std::string("cannot ") + verb + " '" + path + "': an earlier sync failed in this process",
              "check the device and the system's log, then run the command again", EIO);
}

std::uint64_t RealFile::size() const {
  struct stat info;
  if (::fstat(fd_.get(), &info) != 0) throw_errno("stat", path_);
  return static_cast<std::uint64_t>(info.st_size);
}

void RealFile::pread(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::size_t n = pread_some(offset, out);
  if (n == out.size()) return;
  throw Error(ErrorCode::io, "cannot read '" + path_ + "': it ends at byte " + std::to_string(offset + n) +
                                 ", expected " + std::to_string(offset + out.size()));
}

std::size_t RealFile::pread_some(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::int64_t n = read_at(fd_.get(), offset, out);
  if (n < 0) throw_errno("read", path_);
  return static_cast<std::size_t>(n);
}

void RealFile::pwrite(std::uint64_t offset, ByteView bytes) {
  poison_.refuse("write", path_);
  if (!write_at(fd_.get(), offset, bytes)) throw_errno("write", path_);
  send_to_disk(offset, bytes.size());
}

/// Whatever is written here is synced before it counts. The disk begins with long runs at once, so that the
/// sync finds little to wait for. A hint: what fails in the background stays with the open file until
/// fdatasync hands it out.
void RealFile::send_to_disk(std::uint64_t offset, std::uint64_t size) noexcept {
  if (offset != run_end_) run_begin_ = offset;
  run_end_ = offset + size;
  if (run_end_ - run_begin_ < writeback_step) return;
  ::sync_file_range(fd_.get(), static_cast<off_t>(run_begin_), static_cast<off_t>(run_end_ - run_begin_),
                    SYNC_FILE_RANGE_WRITE);
  run_begin_ = run_end_;
}

void RealFile::preallocate(std::uint64_t size, bool keep_size) {
  poison_.refuse("write", path_);
  const int mode = keep_size ? FALLOC_FL_KEEP_SIZE : 0;
  const auto length = static_cast<off_t>(size);
  if (length == 0 || retry_eintr([&] { return ::fallocate(fd_.get(), mode, 0, length); }) == 0) return;
  if (errno != EOPNOTSUPP && errno != ENOSYS) throw_errno("reserve space in", path_);
  if (!keep_size && this->size() < size) truncate(size);
}

void RealFile::truncate(std::uint64_t size) {
  poison_.refuse("truncate", path_);
  if (retry_eintr([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size)); }) != 0) {
    throw_errno("truncate", path_);
  }
}

void RealFile::datasync() {
  poison_.refuse("sync", path_);
  // Not retried, not even after EINTR: the first answer is the only one that can be trusted.
  if (::fdatasync(fd_.get()) == 0) return;
  const int err = errno;
  poison_.set();
  throw_errno(err, "sync", path_);
}

}  // namespace vstore::os
