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
  bool based = false;  ///< the frame names a base
};

struct FrameInfo {
  Codec codec;
  FrameClass frame_class;
  std::uint64_t offset;  ///< in the file
  std::uint32_t stored_size;
  std::uint32_t raw_size;
  std::uint64_t checksum;  ///< of the stored bytes (pack_format::frame_checksum)
  std::optional<Id> base;
};

/// An open pack. Immutable and thread-safe. Opening reads and checks header and footer only, whatever the
/// pack's size; each entry of frame table and index is checked against its bounds when it is used, and
/// everything by checksum in verify(). Bytes are read on the memory map under os::guarded(), so a file that
/// shrinks is an error.
class PackReader {
 public:
  /// nullptr if the file does not exist; `damaged` if it is not a sound pack; `unsupported` if its
  /// version is newer.
  static std::shared_ptr<const PackReader> open(os::Fs& fs, const std::string& path);
  ~PackReader();

  const std::string& path() const;
  const os::MappedFile& map() const;
  const PackName& name() const;
  const PackSummary& summary() const;
  /// The root blob before the footer, checked against its hash; empty if the pack carries none.
  ByteView root_blob() const;

  std::uint64_t object_count() const;
  std::uint32_t frame_count() const;
  /// Two or three cache misses, hit or miss.
  std::optional<Location> find(const Id& id) const;
  /// The first position of `id`. An id has at most two entries: the plain copy, then the based one.
  std::optional<std::uint64_t> find_position(const Id& id) const;
  /// i-th object in id order.
  Id id_at(std::uint64_t i) const;
  Location location_at(std::uint64_t i) const;
  /// First position whose id is >= `id`.
  std::uint64_t lower_bound(const Id& id) const;

  FrameInfo frame(std::uint32_t index) const;
  /// The stored bytes of a frame, in place: to be read under os::guarded(map()).
  ByteView stored(std::uint32_t frame) const;
  /// Decodes a frame; `base` are the base object's bytes, for a based frame, and `base_map` the map they
  /// lie in, if they do. Raw frames are returned in place without a copy. No checksum is looked at: the
  /// reader of an object verifies its id.
  Blob decode(std::uint32_t frame, ByteView base, const os::MappedFile* base_map = nullptr) const;
  /// Throws `damaged` unless the frame's stored bytes match its checksum.
  void verify_frame(std::uint32_t frame) const;

  /// Everything but the frames' bytes: hashes of table, index and root; that the frames tile their area, that
  /// the index is in order, complete and lies inside the frames. Throws `damaged` naming what.
  void verify_structure() const;
  /// Checks everything that can be checked without another pack: checksums of table, index, root and each
  /// frame; that the frames tile their area, that the index is in order and lies inside the frames.
  /// Throws `damaged` naming what.
  void verify() const;

 private:
  struct State;
  explicit PackReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vstore
