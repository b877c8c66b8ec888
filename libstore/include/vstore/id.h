// vstore/id.h - object ids: 32-byte BLAKE3 hashes. Specified in docs/format/ids.md.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vstore/bytes.h"

namespace vstore {

/// The types of object. The values are part of the store format (docs/format/pack.md).
enum class ObjectType : std::uint8_t {
  chunk = 1,      ///< a run of file bytes; its id is the plain BLAKE3 of the bytes
  list = 2,       ///< node of the tree that strings a large file together
  tree = 3,       ///< node of a prolly map (snapshots and views)
  commit = 4,     ///< canonical JSON
  tag = 5,        ///< canonical JSON
  operation = 6,  ///< canonical JSON
  bitmap = 7,     ///< dead bitmap of a pack
};

/// "chunk", "list", "tree", "commit", "tag", "operation", "bitmap".
std::string_view to_string(ObjectType type) noexcept;
std::optional<ObjectType> object_type_from(std::string_view name) noexcept;

/// A 32-byte object id. A value; ordered as unsigned bytes, so the order of ids is the order of
/// their hex text.
struct Id {
  std::array<std::uint8_t, 32> bytes{};

  /// The null id (all zero bytes) names no object.
  bool is_null() const noexcept { return *this == Id{}; }
  /// 64 lower-case hex digits.
  std::string hex() const;
  /// The first `digits` of them.
  std::string abbrev(std::size_t digits = 10) const;
  /// Parses exactly 64 hex digits (either case); nullopt otherwise.
  static std::optional<Id> from_hex(std::string_view text) noexcept;
  /// The first eight bytes, big-endian: sorts as the id does.
  std::uint64_t prefix64() const noexcept;

  friend bool operator==(const Id& a, const Id& b) noexcept {
    return std::memcmp(a.bytes.data(), b.bytes.data(), 32) == 0;
  }
  friend std::strong_ordering operator<=>(const Id& a, const Id& b) noexcept {
    return std::memcmp(a.bytes.data(), b.bytes.data(), 32) <=> 0;
  }
};

/// The id of an object: BLAKE3 of a chunk's bytes; for every other type BLAKE3 derive_key with the
/// type's own context string, so an object of one type can never pass for another. Thread-safe.
Id hash_object(ObjectType type, ByteView bytes) noexcept;

/// Incremental plain BLAKE3, for hashing what does not fit in memory. Not thread-safe.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void update(ByteView bytes) noexcept;
  Id finish() const noexcept;

 private:
  alignas(64) unsigned char state_[2048];
};

}  // namespace vstore

template <>
struct std::hash<vstore::Id> {
  std::size_t operator()(const vstore::Id& id) const noexcept {
    std::size_t h;
    std::memcpy(&h, id.bytes.data() + 8, sizeof h);  // ids are uniform; the prefix is used elsewhere
    return h;
  }
};
