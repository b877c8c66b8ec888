// pack/pack_set.h - an immutable set of open packs: look-up over all of them, reading through the
// frame cache, resolving bases.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "pack/frame_cache.h"
#include "pack/pack_reader.h"
#include "vstore/object.h"

namespace vstore {

/// A pack in the set, with its dead bitmap (empty: nothing is dead). Dead objects are absent to every
/// look-up (protocol.md rule 17).
struct PackInSet {
  std::shared_ptr<const PackReader> reader;
  std::shared_ptr<const Bytes> dead;  ///< one bit per index position; null if none
};

/// Thread-safe, immutable.
class PackSet final : public ObjectReader {
 public:
  PackSet(std::vector<PackInSet> packs, std::shared_ptr<FrameCache> cache);

  struct Found {
    std::uint32_t pack;  ///< position in packs()
    Location location;
    std::uint64_t position;  ///< in the pack's index
  };
  std::optional<Found> locate(const Id& id) const;

  std::optional<ObjectInfo> find(const Id& id) const override;
  /// Verified. Resolves a base at most once: a base must be plain (protocol.md rule 11); a chain longer
  /// than two frames is `damaged`.
  Blob read(const Id& id, ObjectType type) const override;
  /// The same for an object already located.
  Blob read_at(const Found& found, const Id& id) const;
  /// A whole decoded frame, through the cache; not verified.
  Blob frame(std::uint32_t pack, std::uint32_t frame) const;
  /// A copy of `id` that lies in a frame without a base, if there is one.
  std::optional<Found> locate_plain(const Id& id) const;
  /// The base of the frame that locate() finds for `id`; nullopt if absent or plain.
  std::optional<Id> base_of(const Id& id) const;

  /// All ids that begin with the given hex digits (at most `limit`), ascending, without repeats.
  std::vector<Id> find_prefix(std::string_view hex, std::size_t limit) const;

  const std::vector<PackInSet>& packs() const { return packs_; }

 private:
  /// What becomes of a frame that had to be decoded.
  enum class Keep {
    no,
    yes,     ///< in the cache; what is stored raw is read in place, though
    copied,  ///< in the cache, whatever it is
  };
  Keep keep_for(const Found& found) const;
  Blob load(std::uint32_t pack, std::uint32_t frame, Keep keep) const;
  Blob slice(const Found& found, Keep keep) const;
  Blob decode_based(const PackReader& reader, std::uint32_t frame, const Id& base) const;

  std::vector<PackInSet> packs_;
  std::shared_ptr<FrameCache> cache_;
};

}  // namespace vstore
