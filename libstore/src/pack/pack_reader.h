// pack/pack_reader.h - one pack, memory-mapped: look-up by id, frames, footer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "os/fs.h"
#include "pack/frame.h"
#include "pack/pack_writer.h"

namespace vstore {

/// Where an object lies.
struct Location {
  std::uint32_t frame;   ///< index in the frame table
  std::uint32_t offset;  ///< in the frame's raw bytes
  std::uint32_t size;
  ObjectType type;
};

struct FrameInfo {
  Codec codec;
  FrameClass frame_class;
  std::uint64_t offset;       ///< in the file
  std::uint32_t stored_size;
  std::uint32_t raw_size;
  std::optional<Id> base;
};

/// An open pack. Immutable and thread-safe. Opening reads and checks the footer only; the frame table
/// and the index are checked structurally (sizes, bounds) at open, by checksum in verify().
class PackReader {
 public:
  /// nullptr if the file does not exist; `damaged` if it is not a sound pack; `unsupported` if its
  /// version is newer.
  static std::shared_ptr<const PackReader> open(os::Fs& fs, const std::string& path);
  ~PackReader();

  const PackName& name() const;
  const PackSummary& summary() const;
  /// The root blob in the footer; empty if the pack carries none.
  ByteView root_blob() const;

  std::uint64_t object_count() const;
  std::uint32_t frame_count() const;
  /// Two or three cache misses, hit or miss.
  std::optional<Location> find(const Id& id) const;
  /// i-th object in id order.
  Id id_at(std::uint64_t i) const;
  Location location_at(std::uint64_t i) const;
  /// First position whose id is >= `id`.
  std::uint64_t lower_bound(const Id& id) const;

  FrameInfo frame(std::uint32_t index) const;
  /// The stored bytes of a frame, in place.
  ByteView stored(std::uint32_t frame) const;
  /// Decodes a frame; `base` are the base object's bytes, for a based frame. Raw frames are returned
  /// in place without a copy. The frame's checksum is verified when `verify` is set.
  Blob decode(std::uint32_t frame, ByteView base) const;

  /// Checks everything that can be checked without another pack: checksums of table, index, each
  /// frame. Throws `damaged` naming what.
  void verify() const;

 private:
  struct State;
  explicit PackReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vstore
