// os::Fs on a real file system.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>

#include <algorithm>
#include <cstdio>

#include "base/check.h"
#include "os/fs.h"
#include "os/mapped.h"
#include "os/posix.h"
#include "os/real_file.h"
#include "vstore/error.h"

namespace vstore::os {
namespace {

constexpr unsigned rename_no_replace = 1;  // RENAME_NOREPLACE; glibc hides it outside _GNU_SOURCE

FileStat to_file_stat(const struct stat& info) {
  FileStat out;
  out.size = static_cast<std::uint64_t>(info.st_size);
  out.inode = info.st_ino;
  out.device = info.st_dev;
  out.mtime_ns = static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
  out.is_directory = S_ISDIR(info.st_mode);
  out.owner = info.st_uid;
  return out;
}

/// File systems whose other writers are on other machines. FUSE is not among them: it may be anything.
bool is_network_type(std::uint64_t type) {
  static constexpr std::uint64_t types[] = {
      0x6969,      // NFS
      0x517b,      // SMB
      0xfe534d42,  // SMB 2
      0xff534d42,  // CIFS
      0x01021997,  // 9p
      0x00c36400,  // Ceph
      0x5346414f,  // AFS
      0x6b414653,  // kAFS
      0x73757245,  // Coda
      0x564c,      // NCP
      0x0bd00bd0,  // Lustre
      0x01161970,  // GFS2
      0x7461636f,  // OCFS2
      0x47504653,  // GPFS
  };
  return std::find(std::begin(types), std::end(types), type & 0xffffffff) != std::end(types);
}

std::string read_boot_id() {
  const UniqueFd fd = open_path("/proc/sys/kernel/random/boot_id", O_RDONLY);
  if (!fd) return "unknown";
  std::uint8_t text[64];
  const std::int64_t n = read_at(fd.get(), 0, text);
  std::string id(reinterpret_cast<const char*>(text), static_cast<std::size_t>(std::max<std::int64_t>(n, 0)));
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id.empty() ? "unknown" : id;
}

class RealFs final : public Fs {
 public:
  std::unique_ptr<File> open_read(const std::string& path) override { return open_existing(path, O_RDONLY); }
  std::unique_ptr<File> open_write(const std::string& path) override { return open_existing(path, O_RDWR); }

  std::unique_ptr<File> create(const std::string& path) override {
    poison_.refuse("create", path);
    UniqueFd fd = open_path(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
    if (!fd) throw_errno("create", path);
    return std::make_unique<RealFile>(path, std::move(fd), poison_);
  }

  std::shared_ptr<const MappedFile> map(const std::string& path) override { return map_file(path); }

  void rename(const std::string& from, const std::string& to) override {
    poison_.refuse("rename", from);
    if (::rename(from.c_str(), to.c_str()) != 0) throw_errno("rename", from + "' to '" + to);
  }

  void rename_noreplace(const std::string& from, const std::string& to) override {
    poison_.refuse("rename", from);
    if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), rename_no_replace) == 0)
      return;
    // Where the file system lacks the flag, a hard link refuses an existing name just as well.
    if ((errno == EINVAL || errno == ENOSYS) && ::link(from.c_str(), to.c_str()) == 0) {
      if (::unlink(from.c_str()) == 0) return;
    }
    throw_errno("rename", from + "' to '" + to);
  }

  bool unlink(const std::string& path) override {
    poison_.refuse("remove", path);
    if (::unlink(path.c_str()) == 0) return true;
    if (is_absent(errno)) return false;
    throw_errno("remove", path);
  }

  bool make_directory(const std::string& path) override {
    poison_.refuse("create directory", path);
    if (::mkdir(path.c_str(), 0777) == 0) return true;
    const int err = errno;
    const auto there = err == EEXIST ? stat(path) : std::nullopt;
    if (there && there->is_directory) return false;
    throw_errno(err, "create directory", path);
  }

  void sync_directory(const std::string& path) override {
    poison_.refuse("sync", path);
    const UniqueFd fd = open_path(path, O_RDONLY | O_DIRECTORY);
    if (!fd) throw_errno("open", path);
    if (::fsync(fd.get()) == 0) return;
    const int err = errno;
    poison_.set();
    throw_errno(err, "sync", path);
  }

  std::optional<std::vector<std::string>> list(const std::string& path) override {
    struct Close {
      void operator()(DIR* d) const { ::closedir(d); }
    };
    UniqueFd fd = open_path(path, O_RDONLY | O_DIRECTORY);
    if (!fd && is_absent(errno)) return std::nullopt;
    std::unique_ptr<DIR, Close> dir(fd ? ::fdopendir(fd.get()) : nullptr);
    if (!dir) throw_errno("open", path);
    fd.release();
    std::vector<std::string> names;
    for (errno = 0; const dirent* entry = ::readdir(dir.get()); errno = 0) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) throw_errno("read", path);
    std::sort(names.begin(), names.end());
    return names;
  }

  std::optional<FileStat> stat(const std::string& path) override {
    struct stat info;
    if (::stat(path.c_str(), &info) == 0) return to_file_stat(info);
    if (is_absent(errno)) return std::nullopt;
    throw_errno("stat", path);
  }

  std::unique_ptr<Lock> lock(const std::string& path, LockMode mode, int timeout_ms) override {
    return lock_real_file(path, mode, timeout_ms, poison_);
  }

  bool try_lock_file(File& file) override {
    auto* const real = dynamic_cast<RealFile*>(&file);
    VSTORE_CHECK(real != nullptr);
    if (retry_eintr([&] { return ::flock(real->descriptor(), LOCK_EX | LOCK_NB); }) == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    throw_errno("lock", file.path());
  }

  bool is_network(const std::string& path) override {
    struct statfs info;
    if (retry_eintr([&] { return ::statfs(path.c_str(), &info); }) != 0) throw_errno("stat", path);
    return is_network_type(static_cast<std::uint64_t>(info.f_type));
  }

  bool poisoned() const override { return poison_.is_set(); }

  std::string boot_id() override {
    static const std::string id = read_boot_id();
    return id;
  }

  std::int64_t now_seconds() override { return static_cast<std::int64_t>(::time(nullptr)); }

  void random(std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      const ssize_t n = retry_eintr([&] { return ::getrandom(out.data(), out.size(), 0); });
      if (n < 0) throw_errno("read", "random bytes of the system");
      out = out.subspan(static_cast<std::size_t>(n));
    }
  }

 private:
  std::unique_ptr<File> open_existing(const std::string& path, int flags) {
    UniqueFd fd = open_path(path, flags);
    if (!fd && is_absent(errno)) return nullptr;
    if (!fd) throw_errno("open", path);
    return std::make_unique<RealFile>(path, std::move(fd), poison_);
  }

  Poison poison_;
};

}  // namespace

Fs& real_fs() {
  static auto* const fs = new RealFs;  // never destroyed: files may outlive static destruction
  return *fs;
}

}  // namespace vstore::os
