// store/salvaged_pack.h - a pack that is damaged, for what can still be read of it.
#pragma once

#include <functional>
#include <unordered_map>

#include "pack/frame.h"
#include "store/salvage_layout.h"
#include "vstore/object.h"

namespace vstore {

/// Not thread-safe. Every object it knows has been hashed.
class SalvagedPack {
 public:
  /// The bytes of a plain object from elsewhere; nullopt if there is none.
  using ReadBase = std::function<std::optional<Blob>(const Id& base)>;

  /// nullptr if there is no such file. Reads the whole pack and keeps the places of the objects found.
  static std::unique_ptr<SalvagedPack> open(os::Fs& fs, const std::string& path, ReadBase read_base);

  std::optional<ObjectInfo> find(const Id& id) const;
  /// nullopt if it is not here.
  std::optional<Blob> read(const Id& id);
  /// Plain objects only: what a base may be.
  std::optional<Blob> read_plain(const Id& id);

  /// Looks for chunks in the parts of frames that no index entry covers, given the sizes that chunks that are
  /// wanted have. Returns how many were found.
  std::size_t find_chunks(const std::function<bool(const Id&)>& is_wanted,
                          const std::vector<std::uint32_t>& sizes);

  /// Calls `visit` with each frame that holds an object for which `is_wanted` is true, as it is stored, with
  /// those objects; plain frames first.
  void copy_frames(const std::function<bool(const Id&)>& is_wanted,
                   const std::function<void(EncodedFrame&&)>& visit);

 private:
  struct Gap {
    std::uint32_t frame, begin, end;
  };
  struct Place {
    std::uint32_t frame, offset, size;
    ObjectType type;
  };

  SalvagedPack(std::unique_ptr<os::File> file, ReadBase read_base);
  void identify_all();
  void identify(std::uint32_t frame, std::size_t& claim);
  void identify_gap(std::uint32_t frame, const Blob& whole, std::uint32_t begin, std::uint32_t end);
  void add(const Id& id, const Place& place);
  std::optional<Bytes> stored(std::uint32_t frame) const;
  std::optional<Blob> decode(std::uint32_t frame);
  std::optional<Blob> slice(const Place& place);

  std::unique_ptr<os::File> file_;
  ReadBase read_base_;
  SalvageLayout layout_;
  std::unordered_map<Id, Place> objects_;
  std::vector<Gap> gaps_;  // in frames of chunks
  std::uint32_t recent_frame_ = 0xffffffff;
  Blob recent_;
};

}  // namespace vstore
