// pack/frame.h - a frame: the unit of storage, one zstd frame or raw run that holds one large object
// or many small ones. docs/format/pack.md has the bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "vstore/bytes.h"
#include "vstore/id.h"

namespace vstore {

enum class Codec : std::uint8_t { raw = 0, zstd = 1 };

/// What a frame holds; metadata (tree and list nodes, commits, ...) never shares one with chunks.
enum class FrameClass : std::uint8_t { data = 0, meta = 1 };

inline FrameClass frame_class_of(ObjectType type) {
  return type == ObjectType::chunk ? FrameClass::data : FrameClass::meta;
}

/// Raw bytes at which a frame of small objects is closed.
inline constexpr std::size_t frame_raw_target = 96 * 1024;
/// An object at least this large gets a frame of its own.
inline constexpr std::size_t frame_solo_min = 32 * 1024;
/// No frame decodes to more; a larger claim is damage (a decompression bomb). Objects are limited to this.
inline constexpr std::size_t frame_raw_max = 16 * 1024 * 1024;

/// An object's place inside a frame's raw bytes.
struct FrameObject {
  Id id;
  ObjectType type;
  std::uint32_t offset;
  std::uint32_t size;
};

/// A frame ready to be appended to any pack.
struct EncodedFrame {
  Codec codec = Codec::raw;
  FrameClass frame_class = FrameClass::data;
  std::uint32_t raw_size = 0;
  std::optional<Id> base;  ///< the plain object whose bytes are the zstd prefix
  Bytes stored;
  std::vector<FrameObject> objects;
};

/// Compresses frames. Owns zstd contexts: one per thread, reused. Not thread-safe.
class FrameEncoder {
 public:
  explicit FrameEncoder(int zstd_level = 1);
  ~FrameEncoder();
  FrameEncoder(const FrameEncoder&) = delete;

  /// A frame without a base. Recognises incompressible bytes by a cheap trial and stores them raw.
  EncodedFrame encode(ByteView raw, FrameClass frame_class, std::vector<FrameObject> objects);

  /// A frame based on `base`. Returns nullopt if the delta is not clearly smaller than a plain frame
  /// would be (the rule and its constants are documented at the definition); the caller then encodes
  /// it plain. `base_bytes` must not overlap `raw` in memory.
  std::optional<EncodedFrame> encode_based(ByteView raw, FrameClass frame_class,
                                           std::vector<FrameObject> objects, const Id& base_id,
                                           ByteView base_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Decodes a stored frame into `out` (exactly raw_size bytes). `base` empty for a frame without one.
/// Throws `damaged` on any malformation. Thread-safe (contexts are per thread).
void decode_frame(Codec codec, ByteView stored, ByteView base, std::span<std::uint8_t> out);

}  // namespace vstore
