// store/frame_plan.h - in which order the frames of a pack are looked at, and what lies in each.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "pack/pack_set.h"

namespace vstore {

/// A run of a pack's frames: the plain ones in file order, then the based ones by base, so that a base is decoded
/// once for all that is based on it. With the index entries of each. Memory: 4 bytes for each frame and object.
struct FrameRun {
  std::vector<std::uint32_t> order;

  /// Index positions of the objects in a frame that is not dead.
  std::span<const std::uint32_t> objects(std::uint32_t frame) const {
    const std::size_t i = frame - first;
    return std::span(positions).subspan(starts[i], starts[i + 1] - starts[i]);
  }

  std::uint32_t first = 0;               ///< frames [first, first + starts.size() - 1)
  std::vector<std::uint32_t> starts;     ///< into positions, one more than frames
  std::vector<std::uint32_t> positions;
};

/// Cuts a pack's frames into runs of a bounded number of objects. `bad_entry` is told about index entries that
/// make no sense.
class FramePlan {
 public:
  FramePlan(const PackInSet& pack, std::function<void(std::uint64_t position)> bad_entry);
  /// False after the last run.
  bool next(FrameRun& run);

 private:
  std::uint32_t end_of_run() const;
  void fill(FrameRun& run, std::uint32_t end) const;
  void order(FrameRun& run, std::uint32_t end) const;
  bool is_dead(std::uint64_t position) const;

  const PackInSet& pack_;
  std::vector<std::uint32_t> counts_;  // live objects of each frame
  std::vector<bool> bad_;              // entries that make no sense; empty if there are none
  std::uint32_t next_ = 0;
};

}  // namespace vstore
