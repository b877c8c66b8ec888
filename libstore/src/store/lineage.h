// store/lineage.h - every chunk that versions lead to, and where the newest of them that has it keeps it.
//
// What stood in one place of a file, version after version, resembles each other more than anything else in
// the store, and so do files of one kind that lie side by side. So chunks are ordered by kind of file, path,
// place in the file, and age: whoever compresses them in this order finds what they have in common close by.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/live_marks.h"
#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

struct PlacedChunk {
  Id id;
  std::uint64_t place;  ///< offset in the newest version of the file, or where it would have been
  std::uint32_t path;   ///< rank among all paths, by extension and then by name
  std::uint32_t age;    ///< 0: a branch or a workspace is at it; else the higher, the older
  std::uint32_t size;
};

struct LineageOptions {
  /// Which part of a store to list, of how many; a path is in one part with all its versions.
  std::uint64_t part = 0, parts = 1;
  Progress* progress = nullptr;
};

/// Walks the newest versions first, then the other `commits` from the latest to the earliest; what was met
/// before is not looked into again. Chunks in ascending order of (path, place, age). Memory: 56 bytes for
/// each, some 60 more for those of files of several chunks, and the paths. Throws `damaged` if something is
/// missing, `refused` if the progress was cancelled.
std::vector<PlacedChunk> list_lineage(const Snapshot& snapshot, const std::vector<Id>& commits,
                                      const LineageOptions& options);

}  // namespace vstore
