// store/chunk_sink.h - one worker's way from chunks to frames: hash, claim, choose a base, compress.
#pragma once

#include <span>
#include <vector>

#include "pack/frame.h"
#include "store/displaced.h"
#include "vstore/file.h"
#include "vstore/store.h"

namespace vstore {

/// Computes ids of list nodes without storing them.
class HashingWriter final : public ObjectWriter {
 public:
  Id put(ObjectType type, ByteView bytes, const Id*) override { return hash_object(type, bytes); }
};

/// Owned by one worker of the ingest pipeline; not thread-safe. Without a transaction it only hashes.
class ChunkSink {
 public:
  explicit ChunkSink(Transaction* transaction);

  /// Takes consecutive chunks of one file: `bytes` cut at `lengths`, the first one at `offset` of the file.
  /// Their ids and places are appended to `out`. `displaced` may be null.
  void add(ByteView bytes, std::span<const std::uint32_t> lengths, std::uint64_t offset,
           const DisplacedChunks* displaced, std::vector<ChunkRef>& out);

  /// Writes the frame of small chunks that is still open. Must be called before results are reported.
  void flush();

 private:
  void store(const ChunkRef& chunk, ByteView bytes, const std::optional<Id>& displaced);
  bool store_based(const ChunkRef& chunk, ByteView bytes, const Id& displaced);
  void store_alone(const ChunkRef& chunk, ByteView bytes);

  Transaction* transaction_;
  FrameEncoder encoder_;
  Bytes open_raw_;                         // small chunks gathered for one frame
  std::vector<FrameObject> open_objects_;
  std::vector<std::optional<Id>> bases_;   // scratch of add()
};

}  // namespace vstore
