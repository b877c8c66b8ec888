// pack/frame_cache.h - recently decoded frames, bounded by bytes, and which of their objects were verified.
//
// Hashing an object costs more than copying what is wanted of it. Cached bytes are this process's own and do
// not change, so an object that hashed to its id once is right as long as its frame stays here.
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

  /// True if this frame was asked about before, not long ago: a rough memory of some thousand frames that
  /// were not worth keeping when they were read once. Sometimes wrong, in either direction.
  bool asked_again(const PackName& pack, std::uint32_t frame);

  /// An object in a cached frame that was noted as verified; nullopt otherwise.
  std::optional<Blob> get_verified(const PackName& pack, std::uint32_t frame, const Id& id);
  /// Notes that `object`, bytes of the cached frame as get() gave it, hash to `id`. Nothing happens if the
  /// frame is not here, or here as another copy.
  void note_verified(const PackName& pack, std::uint32_t frame, const Id& id, ByteView object);
  std::size_t bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vstore
