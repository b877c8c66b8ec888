#include <dirent.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/check.h"
#include "os/dir.h"
#include "os/posix.h"
#include "vstore/error.h"

namespace vstore::os {
namespace {

constexpr std::size_t buffer_size = 128 * 1024;  // about 4,000 names a call

/// What getdents64 returns, packed; see getdents(2).
struct Record {
  std::uint64_t inode;
  std::int64_t next;
  std::uint16_t length;
  std::uint8_t type;
  char name[1];
};

FileType type_of(std::uint8_t d_type) {
  switch (d_type) {
    case DT_REG:
      return FileType::regular;
    case DT_DIR:
      return FileType::directory;
    case DT_LNK:
      return FileType::symlink;
    case DT_UNKNOWN:
      return FileType::unknown;
    default:
      return FileType::other;
  }
}

/// Compares keys without building them: where one name is a prefix of the other, the shorter one goes on
/// with '/' if it is a directory and ends otherwise.
bool key_less(std::string_view a, bool a_is_directory, std::string_view b, bool b_is_directory) {
  const std::size_t common = std::min(a.size(), b.size());
  if (const int order = std::memcmp(a.data(), b.data(), common)) return order < 0;
  const auto next = [common](std::string_view name, bool is_directory) {
    if (name.size() > common) return static_cast<int>(static_cast<unsigned char>(name[common]));
    return is_directory ? static_cast<int>('/') : -1;
  };
  return next(a, a_is_directory) < next(b, b_is_directory);
}

}  // namespace

void DirNames::clear() noexcept {
  text_.clear();
  names_.clear();
}

void DirNames::add(std::string_view name, FileType type) {
  const auto offset = static_cast<std::uint32_t>(text_.size());
  text_.insert(text_.end(), name.begin(), name.end());
  text_.push_back('\0');
  names_.push_back({offset, static_cast<std::uint16_t>(name.size()), type});
}

void DirNames::sort_as_keys() {
  std::sort(names_.begin(), names_.end(), [this](const Name& a, const Name& b) {
    return key_less(text(a), a.type == FileType::directory, text(b), b.type == FileType::directory);
  });
}

void Dir::read_names(DirNames& out) const {
  out.clear();
  thread_local const auto buffer = std::make_unique<std::uint8_t[]>(buffer_size);
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) throw_errno("read directory", path_);
  for (;;) {
    const long n =
        retry_eintr([&] { return ::syscall(SYS_getdents64, fd_.get(), buffer.get(), buffer_size); });
    if (n < 0) throw_errno("read directory", path_);
    if (n == 0) return;
    for (long at = 0; at < n;) {
      const auto* const record = reinterpret_cast<const Record*>(buffer.get() + at);
      at += record->length;
      const std::string_view name = record->name;
      if (name != "." && name != "..") out.add(name, type_of(record->type));
    }
  }
}

}  // namespace vstore::os
