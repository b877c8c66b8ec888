// pack/frame_cache.h - recently decoded frames, bounded by bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "pack/pack_writer.h"
#include "vstore/bytes.h"

namespace vstore {

/// Keyed by (pack name, frame index): a pack's name is a nonce, so an entry can never be stale.
/// Thread-safe; sharded.
class FrameCache {
 public:
  explicit FrameCache(std::size_t bytes_max);
  ~FrameCache();
  std::optional<Blob> get(const PackName& pack, std::uint32_t frame);
  void put(const PackName& pack, std::uint32_t frame, Blob frame_bytes);
  std::size_t bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vstore
