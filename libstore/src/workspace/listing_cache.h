// workspace/listing_cache.h - the names in each directory, as they were when it was last read. A directory whose
// own times have not changed since has the same names, so a scan need not read it again: git's "untracked
// cache". Kept in the stat cache; like it, only a cache.
//
// Trust. As for files (workspace/stat_cache.h): the directory's times were older than the file system's clock when
// it was read, or the clock is fine-grained. And only on file systems that are known to keep the times of
// directories, on the workspace's own device: what is mounted below is read every time.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "os/dir.h"
#include "workspace/stat_cache.h"

namespace vstore {

/// A listing as bytes: the directory's stat, then its names.
inline constexpr std::size_t listing_stat_size = 36;
Bytes encode_listing(const os::EntryStat& stat, const os::DirNames& names);
/// What follows the stat. False if it is not well-formed.
bool decode_listing_names(ByteView bytes, os::DirNames& out);

class ListingCache {
 public:
  /// `top` is the workspace's. `cache` and `clock` must outlive it.
  ListingCache(StatCache& cache, const os::Dir& top, const TrustClock& clock);

  /// False where the file system is not known to keep the times of directories: then nothing is ever found.
  bool usable() const noexcept { return usable_; }
  /// Fills `out`, in key order, if `directory` (relative, no trailing '/'), which now looks like `now`, has not
  /// changed since its names were kept. Thread-safe.
  bool find(std::string_view directory, const os::EntryStat& now, os::DirNames& out) const;
  /// Takes note of the names (in key order, all types known) that were read after `stat` was. Thread-safe.
  void remember(std::string_view directory, const os::EntryStat& stat, const os::DirNames& names);
  /// Writes what was remembered, if it is much or `all`. One thread at a time.
  void write(bool all);

 private:
  StatCache& cache_;
  const TrustClock& clock_;
  std::uint64_t device_;
  bool usable_;

  std::mutex mutex_;
  std::vector<StatCache::Listing> fresh_;  // guarded by mutex_
  std::size_t fresh_bytes_ = 0;            // guarded by mutex_
};

}  // namespace vstore
