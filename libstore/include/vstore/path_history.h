// vstore/path_history.h - every value that a path ever had.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vstore/store.h"
#include "vstore/tree.h"

namespace vstore {

/// What a path was from a commit on, until a descendant changed it.
struct PathValue {
  Id id;                            ///< of the commit that brought it
  Commit commit;
  std::optional<Entry> entry;       ///< a file
  std::optional<Totals> directory;  ///< a directory: files below and their bytes. Neither: it was deleted
};

struct PathHistoryOptions {
  std::string path;        ///< from the root, without '/' at its end
  std::vector<Id> tips;    ///< these commits and all their ancestors are looked at
  /// A file of summaries of what commits changed, made and added to as needed; empty: none. It is only a cache: damaged,
  /// missing or unwritable, it costs time and nothing else.
  std::string cache_file;
};

/// For tests and the curious.
struct PathHistoryStats {
  std::uint64_t commits = 0;     ///< seen
  std::uint64_t summarized = 0;  ///< compared as a whole, because the cache did not know them
  std::uint64_t looked_up = 0;   ///< whose trees were asked about the path
};

/// The commits that gave the path a value that none of their parents had for it, on whatever branch, newest first. Once
/// a commit is in the cache, it costs a few bits of memory if it did not change the path, O(depth) nodes if it did.
std::vector<PathValue> path_history(const Snapshot& snapshot, const PathHistoryOptions& options,
                                    PathHistoryStats* stats = nullptr);

}  // namespace vstore
