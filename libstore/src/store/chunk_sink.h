// store/chunk_sink.h - one worker's way from chunks to frames: hash, claim, choose a base, compress.
#pragma once

#include <span>
#include <vector>

#include "pack/frame.h"
#include "store/displaced.h"
#include "vstore/file.h"
#include "vstore/store.h"

namespace vstore {

/// An item expected to be larger is opened and read by the serial stage, in turn with next(), and travels in runs
/// that are cut one after the other.
inline constexpr std::uint64_t small_file_max = 1u << 20;
/// Chunks of small files share frames of up to so many raw bytes; a chunk as large is alone. Twice that saves
/// 1 % more, and whoever reads a single file decodes the whole (docs/adr/0020-frame-compression.md).
inline constexpr std::size_t shared_frame_bytes = 192 * 1024;

/// Computes ids of list nodes without storing them.
class HashingWriter final : public ObjectWriter {
 public:
  Id put(ObjectType type, ByteView bytes, const Id*) override { return hash_object(type, bytes); }
};

/// Owned by one worker of the ingest pipeline; not thread-safe. Without a transaction it only hashes.
class ChunkSink {
 public:
  explicit ChunkSink(Transaction* transaction);

  /// Takes consecutive chunks of a large file: `bytes` cut at `lengths`, the first one at `offset` of the
  /// file. Their ids and places are appended to `out`. `displaced` may be null.
  void add(ByteView bytes, std::span<const std::uint32_t> lengths, std::uint64_t offset,
           const DisplacedChunks* displaced, std::vector<ChunkRef>& out) {
    add(bytes, lengths, offset, displaced, out, Frames::own);
  }
  /// Takes all chunks of a small file. They share frames with each other and with those of the files around.
  void add_small(ByteView bytes, std::span<const std::uint32_t> lengths, const DisplacedChunks* displaced,
                 std::vector<ChunkRef>& out) {
    add(bytes, lengths, 0, displaced, out, Frames::shared);
  }

  /// Writes the frame of small chunks that is still open. Must be called before results are reported.
  void flush();

 private:
  enum class Frames { own, shared };  // of chunks that are not tiny

  void add(ByteView bytes, std::span<const std::uint32_t> lengths, std::uint64_t offset,
           const DisplacedChunks* displaced, std::vector<ChunkRef>& out, Frames frames);
  void store(const ChunkRef& chunk, ByteView bytes, const std::optional<Id>& displaced, Frames frames);
  bool store_based(const ChunkRef& chunk, ByteView bytes, const Id& displaced);
  void store_alone(const ChunkRef& chunk, ByteView bytes);

  Transaction* transaction_;
  FrameEncoder encoder_;
  Bytes open_raw_;  // small chunks gathered for one frame
  std::vector<FrameObject> open_objects_;
  std::vector<std::optional<Id>> bases_;  // scratch of add()
};

}  // namespace vstore
