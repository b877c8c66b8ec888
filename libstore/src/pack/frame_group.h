// pack/frame_group.h - objects that are already at hand, gathered into frames and appended to a pack.
#pragma once

#include <array>

#include "pack/frame.h"
#include "pack/pack_writer.h"

namespace vstore {

/// Small objects share a frame with others of their class, large ones get their own. Not thread-safe.
class FrameGroup {
 public:
  explicit FrameGroup(PackWriter& writer, int zstd_level = 1) : writer_(writer), encoder_(zstd_level) {}

  void add(ObjectType type, const Id& id, ByteView bytes);
  /// Ends the frames in the making. Must be called before the pack is finished.
  void flush();

 private:
  struct Open {
    Bytes raw;
    std::vector<FrameObject> objects;
  };
  void flush(FrameClass frame_class);
  Open& open(FrameClass frame_class) { return open_[static_cast<std::size_t>(frame_class)]; }

  PackWriter& writer_;
  FrameEncoder encoder_;
  std::array<Open, 2> open_;  // by FrameClass
};

}  // namespace vstore
