// workspace/stat_record.h - a stat-cache record as bytes: key and value in LMDB.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vstore/bytes.h"
#include "workspace/stat_cache.h"

namespace vstore {

inline constexpr std::size_t stat_key_path_max = 480;  ///< longer paths are hashed into their key
inline constexpr std::size_t stat_key_prefix = 440;
inline constexpr std::size_t stat_record_size = 80;

/// The key of a path: the path itself, or its beginning and the BLAKE3 of the whole. Below LMDB's limit of
/// 511 bytes. A short path's view is the path's own; a long one's lives in the object.
class StatKey {
 public:
  explicit StatKey(std::string_view path);
  ByteView bytes() const noexcept { return view_; }

 private:
  std::array<std::uint8_t, stat_key_prefix + 32> own_;
  ByteView view_;
};

/// LMDB has no checksums, so each record carries one over itself, its path and its store (`seed`): a page
/// that was lost or swapped can't vouch for a file.
using StatRecordBytes = std::array<std::uint8_t, stat_record_size>;
void encode_stat_record(std::string_view path, const StatRecord& record, std::uint64_t seed,
                        StatRecordBytes& out);
/// False if it is damaged or belongs to another path or store.
bool decode_stat_record(std::string_view path, ByteView bytes, std::uint64_t seed, StatRecord& out);

/// Listings of directories lie beside the records, under keys that begin with '/', which no path does. Each value
/// ends in a checksum of the same kind.
std::string listing_key(std::string_view directory);
inline bool is_listing_key(std::string_view key) { return key.starts_with('/'); }
void seal_listing(std::string_view key, Bytes& value, std::uint64_t seed);
/// The value without its checksum; nullopt if it is damaged or belongs to another directory or store.
std::optional<ByteView> unseal_listing(std::string_view key, ByteView sealed, std::uint64_t seed);

/// A fast hash against accidents, not against enemies.
std::uint64_t mix_hash(ByteView bytes, std::uint64_t seed) noexcept;
/// The seed of a store's records.
inline std::uint64_t stat_seed(std::string_view store_id) noexcept { return mix_hash(as_bytes(store_id), 1); }

}  // namespace vstore
