// Layout, little-endian: size, mtime, ctime, inode (8 bytes each), mode (4), type, kind, trusted, 0 (1 each),
// content id (32), checksum (8). The device is left out: its number may change with every boot.
#include "workspace/stat_record.h"

#include <cstring>

#include "base/coding.h"

namespace vstore {
namespace {

constexpr std::size_t checked_size = stat_record_size - 8;

std::uint64_t checksum(std::string_view path, const std::uint8_t* record, std::uint64_t seed) {
  return mix_hash({record, checked_size}, mix_hash(as_bytes(path), seed));
}

/// The single bytes are ones that a writer puts there.
bool values_known(const std::uint8_t* record) {
  return record[36] <= static_cast<std::uint8_t>(os::FileType::unknown) &&
         record[37] <= static_cast<std::uint8_t>(Kind::empty_directory) && record[38] <= 1 && record[39] == 0;
}

}  // namespace

std::uint64_t mix_hash(ByteView bytes, std::uint64_t seed) noexcept {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
  const auto fold = [](std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  std::uint64_t hash = seed ^ (bytes.size() * odd);
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    hash = fold(hash ^ word, odd) + word;  // "+ word": a product of zero forgets nothing
  }
  std::uint64_t tail = 0;
  if (left != 0) std::memcpy(&tail, p, left);
  return fold(hash ^ tail, odd) + tail;
}

StatKey::StatKey(std::string_view path) : view_(as_bytes(path)) {
  if (path.size() <= stat_key_path_max) return;
  std::memcpy(own_.data(), path.data(), stat_key_prefix);
  const Id whole = hash_object(ObjectType::chunk, as_bytes(path));
  std::memcpy(own_.data() + stat_key_prefix, whole.bytes.data(), 32);
  view_ = own_;
}

void encode_stat_record(std::string_view path, const StatRecord& record, std::uint64_t seed,
                        StatRecordBytes& out) {
  std::uint8_t* const p = out.data();
  store_u64(p, record.stat.size);
  store_u64(p + 8, static_cast<std::uint64_t>(record.stat.mtime_ns));
  store_u64(p + 16, static_cast<std::uint64_t>(record.stat.ctime_ns));
  store_u64(p + 24, record.stat.inode);
  store_u32(p + 32, record.stat.mode);
  p[36] = static_cast<std::uint8_t>(record.stat.type);
  p[37] = static_cast<std::uint8_t>(record.kind);
  p[38] = record.trusted ? 1 : 0;
  p[39] = 0;
  std::memcpy(p + 40, record.id.bytes.data(), 32);
  store_u64(p + checked_size, checksum(path, p, seed));
}

bool decode_stat_record(std::string_view path, ByteView bytes, std::uint64_t seed, StatRecord& out) {
  if (bytes.size() != stat_record_size) return false;
  const std::uint8_t* const p = bytes.data();
  if (load_u64(p + checked_size) != checksum(path, p, seed) || !values_known(p)) return false;
  out.stat.size = load_u64(p);
  out.stat.mtime_ns = static_cast<std::int64_t>(load_u64(p + 8));
  out.stat.ctime_ns = static_cast<std::int64_t>(load_u64(p + 16));
  out.stat.inode = load_u64(p + 24);
  out.stat.device = 0;
  out.stat.mode = load_u32(p + 32);
  out.stat.type = static_cast<os::FileType>(p[36]);
  out.kind = static_cast<Kind>(p[37]);
  out.trusted = p[38] == 1;
  std::memcpy(out.id.bytes.data(), p + 40, 32);
  return true;
}

std::string listing_key(std::string_view directory) { return "/" + std::string(directory); }

void seal_listing(std::string_view key, Bytes& value, std::uint64_t seed) {
  put_u64(value, mix_hash(value, mix_hash(as_bytes(key), seed)));
}

std::optional<ByteView> unseal_listing(std::string_view key, ByteView sealed, std::uint64_t seed) {
  if (sealed.size() < 8) return std::nullopt;
  const ByteView value = sealed.first(sealed.size() - 8);
  if (load_u64(value.data() + value.size()) != mix_hash(value, mix_hash(as_bytes(key), seed))) return std::nullopt;
  return value;
}

}  // namespace vstore
