// vstore/stats.h - what a store consists of.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

struct ObjectStats {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;   ///< canonical
  std::uint64_t stored = 0;  ///< their share of the frames they lie in
};

struct FrameStats {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;  ///< decoded
  std::uint64_t stored = 0;
};

struct StoreStats {
  std::uint64_t packs = 0;
  std::uint64_t pack_bytes = 0;                ///< of the files
  std::map<ObjectType, ObjectStats> objects;   ///< visible ones; copies count
  std::map<std::string, FrameStats> frames;    ///< by codec: "raw", "zstd", "zstd, based"
  std::uint64_t versions = 0;                  ///< different snapshots that the refs lead to
  std::uint64_t version_bytes = 0;             ///< the sizes of their files, added up
  std::uint64_t garbage_stored = 0;            ///< in frames, of what the newest collection left and the next would take
};

/// Reads indexes and frame tables, and walks what the retained operations lead to (all that are there).
StoreStats store_stats(const Snapshot& snapshot, Progress* progress = nullptr);

}  // namespace vstore
