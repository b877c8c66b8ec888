// The value, little-endian: size, mtime, ctime, inode (8 bytes each), mode (4); then for each name its type (1),
// length (2) and bytes.
#include "workspace/listing_cache.h"

#include "base/coding.h"
#include "os/fs_time.h"

namespace vstore {
namespace {

constexpr std::size_t listing_max = 1 << 20;   // larger directories are read each time
constexpr std::size_t pending_max = 8 << 20;   // bytes that wait to be written
constexpr std::size_t name_header = 3;

void put_stat(Bytes& out, const os::EntryStat& stat) {
  put_u64(out, stat.size);
  put_u64(out, static_cast<std::uint64_t>(stat.mtime_ns));
  put_u64(out, static_cast<std::uint64_t>(stat.ctime_ns));
  put_u64(out, stat.inode);
  put_u32(out, stat.mode);
}

bool same_stat(ByteView kept, const os::EntryStat& now) {
  const std::uint8_t* const p = kept.data();
  return load_u64(p) == now.size && load_u64(p + 8) == static_cast<std::uint64_t>(now.mtime_ns) &&
         load_u64(p + 16) == static_cast<std::uint64_t>(now.ctime_ns) && load_u64(p + 24) == now.inode &&
         load_u32(p + 32) == now.mode;
}

}  // namespace

Bytes encode_listing(const os::EntryStat& stat, const os::DirNames& names) {
  Bytes out;
  put_stat(out, stat);
  for (const auto& name : names.names()) {
    put_u8(out, static_cast<std::uint8_t>(name.type));
    put_u16(out, name.length);
    put_bytes(out, names.text(name));
  }
  return out;
}

bool decode_listing_names(ByteView bytes, os::DirNames& out) {
  out.clear();
  while (!bytes.empty()) {
    if (bytes.size() < name_header) return false;
    const auto type = static_cast<os::FileType>(bytes[0]);
    const std::size_t length = load_u16(bytes.data() + 1);
    bytes = bytes.subspan(name_header);
    if (type > os::FileType::other || length == 0 || length > bytes.size()) return false;
    out.add({reinterpret_cast<const char*>(bytes.data()), length}, type);
    bytes = bytes.subspan(length);
  }
  return true;
}

ListingCache::ListingCache(StatCache& cache, const os::Dir& top, const TrustClock& clock)
    : cache_(cache), clock_(clock), device_(top.stat_self().device), usable_(os::keeps_directory_times(top)) {}

bool ListingCache::find(std::string_view directory, const os::EntryStat& now, os::DirNames& out) const {
  if (!usable_ || now.device != device_) return false;
  thread_local Bytes value;
  if (!cache_.find_listing(directory, value) || value.size() < listing_stat_size) return false;
  return same_stat(value, now) && decode_listing_names(ByteView(value).subspan(listing_stat_size), out);
}

void ListingCache::remember(std::string_view directory, const os::EntryStat& stat, const os::DirNames& names) {
  if (!usable_ || stat.device != device_ || !clock_.trusts(stat)) return;
  Bytes value = encode_listing(stat, names);
  if (value.size() > listing_max) return;
  const std::lock_guard hold(mutex_);
  fresh_bytes_ += directory.size() + value.size();
  fresh_.push_back({std::string(directory), std::move(value)});
}

void ListingCache::write(bool all) {
  std::vector<StatCache::Listing> batch;
  {
    const std::lock_guard hold(mutex_);
    if (!all && fresh_bytes_ < pending_max) return;
    batch.swap(fresh_);
    fresh_bytes_ = 0;
  }
  if (!batch.empty()) cache_.write_listings(std::move(batch));
}

}  // namespace vstore
