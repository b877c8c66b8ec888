// os/fs.h - everything the store does to a disk, as an interface that tests replace.
//
// Real: real_fs() (os/real_fs.cc). Twins: RecordingFs (os/recording_fs.h) logs what happened so that
// crash states can be built; FaultFs (os/fault_fs.h) makes chosen calls fail.
//
// Paths are ordinary file-system paths. Every function throws vstore::Error(io) with the path as its
// subject unless it says otherwise. All functions retry EINTR and finish short reads and writes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/bytes.h"

namespace vstore::os {

/// An open file. Belongs to one thread at a time, except pread(), which is thread-safe.
/// Closed by the destructor, which also drops any lock held through it.
class File {
 public:
  virtual ~File() = default;
  virtual const std::string& path() const = 0;
  virtual std::uint64_t size() const = 0;
  /// Reads exactly out.size() bytes; a short file is an `io` error.
  virtual void pread(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  /// Reads up to out.size() bytes; returns how many there were before the end.
  virtual std::size_t pread_some(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  virtual void pwrite(std::uint64_t offset, ByteView bytes) = 0;
  /// Reserves space so that later writes up to `size` can't run out of it where the file system can
  /// promise that; grows the file only when `keep_size` is false.
  virtual void preallocate(std::uint64_t size, bool keep_size) = 0;
  virtual void truncate(std::uint64_t size) = 0;
  /// fdatasync: data and size are durable on return. After a failure every later call on this Fs
  /// that would write throws too (protocol.md rule 15: poisoned; never retried).
  virtual void datasync() = 0;
};

/// Whole-file advisory lock (flock) on a fresh O_CLOEXEC descriptor; released by destruction only.
class Lock {
 public:
  virtual ~Lock() = default;
  /// The locked file itself: the publish lock keeps its mark in it.
  virtual File& file() = 0;
};

/// A read-only memory map of a whole file. Reading it after the file shrank or failed underneath
/// must not kill the process: reads go through guarded(), see os/mapped.h. Thread-safe.
class MappedFile {
 public:
  virtual ~MappedFile() = default;
  virtual ByteView bytes() const = 0;
  /// Lets go of the pages read so far: they stay in the system's cache, but no longer count as this process's
  /// memory. Reading them again is a minor fault. A hint; never changes what is read.
  virtual void release_pages() const {}
  virtual const std::string& path() const = 0;
};

enum class LockMode { shared, exclusive };

struct FileStat {
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  std::uint64_t device = 0;  ///< 0 in twins
  std::int64_t mtime_ns = 0;
  bool is_directory = false;
  std::uint32_t owner = 0;
};

class Fs {
 public:
  virtual ~Fs() = default;

  /// Opens an existing file; nullptr if there is none.
  virtual std::unique_ptr<File> open_read(const std::string& path) = 0;
  virtual std::unique_ptr<File> open_write(const std::string& path) = 0;
  /// Creates a new file (O_EXCL); one that exists is an `io` error with sys_errno EEXIST.
  virtual std::unique_ptr<File> create(const std::string& path) = 0;
  /// Maps an existing file and closes the descriptor; nullptr if there is none. An empty file maps
  /// to an empty view.
  virtual std::shared_ptr<const MappedFile> map(const std::string& path) = 0;

  /// rename that replaces; and RENAME_NOREPLACE, which is an `io` error (EEXIST) if `to` exists.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void rename_noreplace(const std::string& from, const std::string& to) = 0;
  /// False if there was nothing to unlink.
  virtual bool unlink(const std::string& path) = 0;
  /// False if it was there already.
  virtual bool make_directory(const std::string& path) = 0;
  virtual void sync_directory(const std::string& path) = 0;
  /// Names in a directory (no "." and ".."), sorted; nullopt if there is no such directory.
  virtual std::optional<std::vector<std::string>> list(const std::string& path) = 0;
  virtual std::optional<FileStat> stat(const std::string& path) = 0;

  /// Takes the lock, waiting up to timeout_ms (0: do not wait; negative: forever). nullptr on
  /// time-out. The file is created if missing, its inode is checked after locking, and it is never
  /// unlinked by anybody (protocol.md rule 5).
  virtual std::unique_ptr<Lock> lock(const std::string& path, LockMode mode, int timeout_ms) = 0;
  /// Takes an exclusive lock on an open file of this Fs, without waiting; false if held elsewhere.
  /// A writer holds its own temporaries this way; released when the File is closed.
  virtual bool try_lock_file(File& file) = 0;

  /// True for network file systems (nfs, cifs, 9p, ...), where flock and rename promise less.
  virtual bool is_network(const std::string& path) = 0;
  /// True once a datasync or sync_directory has failed on this Fs.
  virtual bool poisoned() const = 0;

  /// A mark in the recorded trace ("acknowledged <commit>"); nothing on a real disk.
  virtual void note(std::string_view) {}

  /// Identifies this boot (for the lock mark); fixed text in twins.
  virtual std::string boot_id() = 0;
  /// Seconds since 1970, and the local zone's offset in minutes. Replaced by tests.
  virtual std::int64_t now_seconds() = 0;
  /// Fills with random bytes from the system; twins are seeded.
  virtual void random(std::span<std::uint8_t> out) = 0;
};

/// The real thing. One instance per process; safe from all threads.
Fs& real_fs();

}  // namespace vstore::os
