// 1. No operation resolves a path of several components except through resolve_beneath().
// 2. Nothing here follows a symlink in the last component, either.
#include "os/dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "os/beneath.h"
#include "os/posix.h"
#include "vstore/error.h"

namespace vstore::os {
namespace {

FileType type_of_mode(unsigned mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return FileType::regular;
    case S_IFDIR:
      return FileType::directory;
    case S_IFLNK:
      return FileType::symlink;
    default:
      return FileType::other;
  }
}

std::int64_t to_ns(const timespec& t) { return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec; }

void convert(const struct stat& in, EntryStat& out) {
  out.type = type_of_mode(in.st_mode);
  out.mode = in.st_mode & 07777;
  out.size = static_cast<std::uint64_t>(in.st_size);
  out.mtime_ns = to_ns(in.st_mtim);
  out.ctime_ns = to_ns(in.st_ctim);
  out.inode = in.st_ino;
  out.device = static_cast<std::uint64_t>(major(in.st_dev)) << 32 | minor(in.st_dev);
}

void check_name(const std::string& name) {
  VSTORE_CHECK(!name.empty() && name.find('/') == std::string::npos && name != "." && name != "..");
}

bool means_not_there(int err) { return is_absent(err) || err == ELOOP || err == EXDEV; }

}  // namespace

EntryStat stat_descriptor(int fd, const std::string& path_for_messages) {
  struct stat raw;
  if (::fstat(fd, &raw) != 0) throw_errno("stat", path_for_messages);
  EntryStat out;
  convert(raw, out);
  return out;
}

Dir Dir::open(const std::string& path) {
  UniqueFd fd = open_path(path, O_RDONLY | O_DIRECTORY);
  if (!fd) throw_errno("open directory", path);
  return Dir(std::move(fd), path);
}

Dir Dir::duplicate() const {
  UniqueFd fd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3));
  if (!fd) throw_errno("open directory", path_);
  return Dir(std::move(fd), path_);
}

std::string Dir::child(std::string_view name) const {
  std::string out;
  out.reserve(path_.size() + 1 + name.size());
  out.append(path_);
  if (!out.empty() && out.back() != '/') out.push_back('/');
  return out.append(name);
}

std::optional<Dir> Dir::open_beneath(const std::string& relative) const {
  if (relative.empty()) return duplicate();
  UniqueFd fd = resolve_beneath(fd_.get(), relative, O_RDONLY | O_DIRECTORY);
  if (fd) return Dir(std::move(fd), child(relative));
  if (means_not_there(errno)) return std::nullopt;
  throw_errno("open directory", child(relative));
}

std::optional<OpenedFile> Dir::open_file(const std::string& relative) const {
  UniqueFd fd = resolve_beneath(fd_.get(), relative, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd && (means_not_there(errno) || errno == ENXIO)) return std::nullopt;  // ENXIO: a socket
  if (!fd) throw_errno("open", child(relative));
  const EntryStat stat = stat_descriptor(fd.get(), path_);
  if (stat.type != FileType::regular) return std::nullopt;
  return OpenedFile{std::move(fd), stat};
}

bool Dir::stat(const char* name, EntryStat& out) const {
  struct stat raw;  // fstatat copies half of what statx does, which is a sixth of the whole call
  if (::fstatat(fd_.get(), name, &raw, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0) {
    convert(raw, out);
    return true;
  }
  if (is_absent(errno)) return false;
  throw_errno("stat", child(name));
}

std::optional<EntryStat> Dir::stat(const std::string& name) const {
  check_name(name);
  EntryStat out;
  if (!stat(name.c_str(), out)) return std::nullopt;
  return out;
}

EntryStat Dir::stat_self() const { return stat_descriptor(fd_.get(), path_); }

UniqueFd Dir::create_file(const std::string& name, unsigned mode) const {
  check_name(name);
  UniqueFd fd = open_at(fd_.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (!fd) throw_errno("create", child(name));
  return fd;
}

std::string Dir::read_link(const std::string& name) const {
  check_name(name);
  std::string target(256, '\0');
  for (;;) {
    const ssize_t n = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
    if (n < 0) throw_errno("read link", child(name));
    if (static_cast<std::size_t>(n) < target.size()) {
      target.resize(static_cast<std::size_t>(n));
      return target;
    }
    target.resize(target.size() * 2);
  }
}

void Dir::make_symlink(const std::string& name, const std::string& target) const {
  check_name(name);
  if (::symlinkat(target.c_str(), fd_.get(), name.c_str()) != 0) throw_errno("create link", child(name));
}

bool Dir::make_directory(const std::string& name) const {
  check_name(name);
  if (::mkdirat(fd_.get(), name.c_str(), 0777) == 0) return true;
  const int err = errno;
  EntryStat there;
  if (err == EEXIST && stat(name.c_str(), there) && there.type == FileType::directory) return false;
  throw_errno(err, "create directory", child(name));
}

bool Dir::unlink(const std::string& name) const {
  check_name(name);
  if (::unlinkat(fd_.get(), name.c_str(), 0) == 0) return true;
  if (errno == ENOENT) return false;
  throw_errno("remove", child(name));
}

bool Dir::remove_directory(const std::string& name) const {
  check_name(name);
  if (::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR) == 0) return true;
  if (errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST) return false;
  throw_errno("remove directory", child(name));
}

void Dir::rename(const std::string& from, const std::string& to) const { rename_to(from, *this, to); }

void Dir::rename_to(const std::string& from, const Dir& other, const std::string& to) const {
  check_name(from);
  check_name(to);
  if (::renameat(fd_.get(), from.c_str(), other.fd_.get(), to.c_str()) == 0) return;
  throw_errno("rename", child(from) + "' to '" + other.child(to));
}

bool Dir::link_to(const std::string& from, const Dir& other, const std::string& to) const {
  check_name(from);
  check_name(to);
  if (::linkat(fd_.get(), from.c_str(), other.fd_.get(), to.c_str(), 0) == 0) return true;
  if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK) return false;
  throw_errno("link", child(from) + "' to '" + other.child(to));
}

void Dir::set_mode(const std::string& name, unsigned mode) const {
  check_name(name);
  const std::optional<OpenedFile> file = open_file(name);
  if (!file) throw_errno(ENOENT, "change permissions of", child(name));
  if (::fchmod(file->fd.get(), mode) != 0) throw_errno("change permissions of", child(name));
}

}  // namespace vstore::os
