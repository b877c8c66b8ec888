// store/tier.h - chunks that a collection writes anew, in another order.
#pragma once

#include <cstdint>
#include <vector>

#include "pack/pack_writer.h"
#include "vstore/progress.h"

namespace vstore {

/// Not thread-safe. Between choose() and the end of the collection the moved chunks have no mark where they
/// lie.
class Tier {
 public:
  virtual ~Tier() = default;

  /// Decides what moves, and takes the marks of those objects away: they are to be written anew.
  virtual void choose() = 0;
  /// What loses its place and is not removed: what moves, and bases that only it needed. Ascending.
  virtual const std::vector<Id>& moving() const = 0;
  /// How many chunks are written anew.
  virtual std::uint64_t chunk_count() const = 0;
  /// Writes them. `writer` is appended to by several threads. Throws `refused` if the progress was cancelled.
  virtual void write(PackWriter& writer, Progress* progress) const = 0;
};

}  // namespace vstore
