#include "pack/frame_cache.h"

#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

namespace vstore {
namespace {

struct Key {
  PackName pack;
  std::uint32_t frame;
  friend bool operator==(const Key&, const Key&) = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    std::uint64_t h;
    std::memcpy(&h, key.pack.bytes.data(), sizeof h);  // a nonce: already uniform
    h = (h ^ key.frame) * 0x9e3779b97f4a7c15ull;
    return h ^ h >> 29;
  }
};

struct Entry {
  Key key;
  Blob blob;
};

/// A plain LRU list with its map. Counts an entry's bytes plus what its bookkeeping costs.
struct Shard {
  static constexpr std::size_t entry_overhead = 160;

  mutable std::mutex mutex;  // guards everything below
  std::list<Entry> entries;  // most recent first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> where;
  std::size_t bytes = 0;

  static std::size_t cost(const Entry& entry) { return entry.blob.bytes.size() + entry_overhead; }

  std::optional<Blob> get(const Key& key) {
    std::lock_guard lock(mutex);
    const auto found = where.find(key);
    if (found == where.end()) return std::nullopt;
    entries.splice(entries.begin(), entries, found->second);
    return found->second->blob;
  }

  void put(const Key& key, Blob blob, std::size_t bytes_max) {
    if (blob.bytes.size() + entry_overhead > bytes_max) return;
    std::list<Entry> evicted;  // freed after the mutex is
    std::lock_guard lock(mutex);
    if (where.contains(key)) return;
    entries.push_front({key, std::move(blob)});
    where.emplace(key, entries.begin());
    bytes += cost(entries.front());
    while (bytes > bytes_max) {
      bytes -= cost(entries.back());
      where.erase(entries.back().key);
      evicted.splice(evicted.begin(), entries, std::prev(entries.end()));
    }
  }
};

constexpr std::size_t shard_count = 16;

}  // namespace

struct FrameCache::State {
  explicit State(std::size_t bytes_max) : shard_bytes_max(bytes_max / shard_count) {}
  Shard& shard_of(const Key& key) { return shards[KeyHash()(key) >> 7 & (shard_count - 1)]; }

  std::size_t shard_bytes_max;
  std::array<Shard, shard_count> shards;
};

FrameCache::FrameCache(std::size_t bytes_max) : state_(std::make_unique<State>(bytes_max)) {}
FrameCache::~FrameCache() = default;

std::optional<Blob> FrameCache::get(const PackName& pack, std::uint32_t frame) {
  const Key key{pack, frame};
  return state_->shard_of(key).get(key);
}

void FrameCache::put(const PackName& pack, std::uint32_t frame, Blob frame_bytes) {
  const Key key{pack, frame};
  state_->shard_of(key).put(key, std::move(frame_bytes), state_->shard_bytes_max);
}

std::size_t FrameCache::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : state_->shards) {
    std::lock_guard lock(shard.mutex);
    sum += shard.bytes;
  }
  return sum;
}

}  // namespace vstore
