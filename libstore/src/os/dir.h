// os/dir.h - a directory of the user's files, by handle, so that nobody can swap a symlink in between.
//
// The store's own files go through os::Fs; this is for the workspace. Every operation is relative to an
// open directory. A *name* is one path component; a *relative path* may have several and is resolved
// below the directory without following any symlink and without "..": what lies outside can't be
// reached, whatever another process does to the tree meanwhile.
//
// Failures throw Error(io) with the full path as subject. const operations are thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/unique_fd.h"
#include "vstore/bytes.h"

namespace vstore::os {

enum class FileType : std::uint8_t { regular, directory, symlink, other, unknown };

struct EntryStat {
  FileType type = FileType::unknown;
  std::uint32_t mode = 0;  ///< permission bits only
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  std::uint64_t inode = 0;
  std::uint64_t device = 0;
  friend bool operator==(const EntryStat&, const EntryStat&) = default;
};

/// The names of one directory. Reused between directories, it stops allocating.
class DirNames {
 public:
  struct Name {
    std::uint32_t offset;
    std::uint16_t length;
    FileType type;  ///< `unknown` where the file system does not say: stat it
  };
  std::size_t size() const noexcept { return names_.size(); }
  std::string_view text(const Name& name) const noexcept { return {text_.data() + name.offset, name.length}; }
  /// NUL-terminated.
  const char* c_str(const Name& name) const noexcept { return text_.data() + name.offset; }
  std::vector<Name>& names() noexcept { return names_; }
  const std::vector<Name>& names() const noexcept { return names_; }

  void clear() noexcept;
  void add(std::string_view name, FileType type);
  /// Orders the names as keys of a snapshot: by bytes, a directory as if it ended in '/'.
  /// No type may be `unknown`.
  void sort_as_keys();

 private:
  std::vector<char> text_;
  std::vector<Name> names_;
};

/// A regular file opened for reading, and what it was at that moment.
struct OpenedFile {
  UniqueFd fd;
  EntryStat stat;
};

class Dir {
 public:
  /// Opens the top. Symlinks on the way to it are followed: it is what the user named.
  static Dir open(const std::string& path);
  /// A second handle on the same directory.
  Dir duplicate() const;

  /// Opens a directory below; nullopt if it does not exist or something on the way is no directory
  /// (a file, a symlink). An empty path is the directory itself.
  std::optional<Dir> open_beneath(const std::string& relative) const;
  /// Opens a regular file below for reading; nullopt if it does not exist or is something else. Never
  /// blocks on a FIFO.
  std::optional<OpenedFile> open_file(const std::string& relative) const;

  /// Replaces `out` with the names in here, without "." and "..", in no order.
  void read_names(DirNames& out) const;
  /// The entry itself, not what a symlink points to; false if there is none.
  bool stat(const char* name, EntryStat& out) const;
  std::optional<EntryStat> stat(const std::string& name) const;
  /// The directory itself.
  EntryStat stat_self() const;

  /// Creates a file for writing (O_EXCL: never through a symlink); an existing name is an `io` error
  /// with EEXIST. `mode` is subject to the umask.
  UniqueFd create_file(const std::string& name, unsigned mode = 0666) const;
  std::string read_link(const std::string& name) const;
  void make_symlink(const std::string& name, const std::string& target) const;
  /// False if there is a directory of that name already.
  bool make_directory(const std::string& name) const;
  /// False if there is nothing of that name.
  bool unlink(const std::string& name) const;
  /// False if it is not empty or does not exist.
  bool remove_directory(const std::string& name) const;
  /// Both names in here; replaces `to`.
  void rename(const std::string& from, const std::string& to) const;
  void rename_to(const std::string& from, const Dir& other, const std::string& to) const;
  /// A second name for a file or symlink; false where the file system has no such thing. `to` must be free.
  bool link_to(const std::string& from, const Dir& other, const std::string& to) const;
  /// Sets permission bits of a regular file (never through a symlink).
  void set_mode(const std::string& name, unsigned mode) const;

  int descriptor() const noexcept { return fd_.get(); }
  /// For messages only: the directory may have moved.
  const std::string& path() const noexcept { return path_; }

 private:
  Dir(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  std::string child(std::string_view name) const;

  UniqueFd fd_;
  std::string path_;
};

/// What an open descriptor refers to.
EntryStat stat_descriptor(int fd, const std::string& path_for_messages);

}  // namespace vstore::os
