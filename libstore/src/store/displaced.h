// store/displaced.h - which old chunk did a new chunk displace? The places of two versions of one file
// are brought together by the chunks they share, so a base is known without any similarity search
// (docs/format/pack.md, "based frames").
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "vstore/file.h"

namespace vstore {

/// The chunks of a path's previous version. Built once per file; align() is thread-safe.
class DisplacedChunks {
 public:
  /// Loads the chunk list of `content`; an unreadable or missing content gives an empty map, since a base
  /// is only ever a hint.
  DisplacedChunks(const ObjectReader& reader, const Id& content);

  bool empty() const noexcept { return chunks_.empty(); }

  /// For consecutive new chunks of one file: the old chunk that each one displaced. A chunk that the old
  /// version has too gives its drift (old offset - new offset) to its neighbours.
  void align(std::span<const ChunkRef> fresh, std::vector<std::optional<Id>>& out) const;

 private:
  const ChunkRef* at_offset(std::int64_t offset) const;
  std::optional<std::int64_t> drift_of(const ChunkRef& fresh, std::int64_t expected) const;

  std::vector<ChunkRef> chunks_;                                  // by offset
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_id_;   // id prefix -> position in chunks_
  mutable std::atomic<std::int64_t> last_drift_{0};               // a hint between runs, nothing more
};

}  // namespace vstore
