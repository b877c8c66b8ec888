// workspace/stat_cache.h - what each file looked like when its content id was last known: LMDB in
// `.vstore/statcache/`. Only a cache: rebuilt when missing or damaged, never trusted beyond the rule below.
//
// Trust (git's "racy" problem). A record vouches for a file only if every stat field matches and the file
// could not have changed afterwards within the same tick of the file system's clock: its mtime and ctime
// are older than the file system's own time (os::fs_now) read before the stat was taken, or the file system
// has fine-grained times (os/fs_time.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/dir.h"
#include "vstore/bytes.h"
#include "vstore/id.h"
#include "vstore/tree.h"

namespace vstore {

struct StatRecord {
  os::EntryStat stat;
  Kind kind = Kind::file;
  Id id;                  ///< content
  bool trusted = false;   ///< the rule above held when it was recorded
};

/// True if `now` is the same file state as the record's and the record is trusted. The device is not
/// compared (and not kept): its number may change with every boot.
bool vouches(const StatRecord& record, const os::EntryStat& now);

/// One thread at a time for writing; readers may run beside.
class StatCache {
 public:
  ~StatCache();
  std::optional<StatRecord> find(std::string_view path) const;

  /// Records in path order, for merging with a scan. (Paths too long for LMDB keys are found by find()
  /// only; the cursor falls back to it.) One read transaction; one thread at a time, which
  /// may change (MDB_NOTLS).
  class Cursor {
   public:
    explicit Cursor(const StatCache& cache);
    ~Cursor();
    /// The record of `path`; paths must be asked for in ascending order.
    const StatRecord* seek(std::string_view path);

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

  /// Gathers puts and erases (any order; ascending is fastest) and writes them in one batch. Failing to
  /// write the cache is no error: the files are hashed again next time.
  class Batch {
   public:
    explicit Batch(StatCache& cache);
    ~Batch();  ///< commits
    void put(std::string_view path, const StatRecord& record);
    void erase(std::string_view path);
    void commit();

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

  /// The names of a directory, as workspace/listing_cache.h writes them.
  struct Listing {
    std::string directory;  ///< relative, no trailing '/'; "" is the top
    Bytes value;
  };
  /// False if there is none, or a damaged one. Thread-safe.
  bool find_listing(std::string_view directory, Bytes& out) const;
  void write_listings(std::vector<Listing> listings);

 private:
  friend std::unique_ptr<StatCache> open_stat_cache(const std::string&, const std::string&,
                                                    const std::function<void(std::string_view)>&);
  struct State;
  static void written(const State& state, int err);
  explicit StatCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Opens or makes `<metadata_directory>/statcache`; records are bound to the store's id by their checksum.
/// If it can't be opened at all (read-only), an empty cache that forgets everything is returned.
std::unique_ptr<StatCache> open_stat_cache(const std::string& metadata_directory, const std::string& store_id,
                                           const std::function<void(std::string_view)>& warn);

/// Decides trust for stats taken after its construction.
class TrustClock {
 public:
  /// Reads the file system's time in `directory` (the `.vstore`), or finds that times are fine-grained.
  explicit TrustClock(const os::Dir& directory);
  /// True if a stat taken now (after construction) with these times may be trusted.
  bool trusts(const os::EntryStat& stat) const;

 private:
  std::int64_t now_ns_ = 0;
  std::uint64_t device_ = 0;
  bool fine_grained_ = false;
};

}  // namespace vstore
