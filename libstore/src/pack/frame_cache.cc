#include "pack/frame_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

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

struct Verified {
  Id id;
  ByteView bytes;  ///< inside the frame's
};

struct Entry {
  Key key;
  Blob blob;
  std::vector<Verified> verified;  ///< by id

  std::vector<Verified>::iterator place_of(const Id& id) {
    return std::ranges::lower_bound(verified, id, {}, &Verified::id);
  }
  bool holds(ByteView part) const {
    return part.data() >= blob.bytes.data() &&
           part.data() + part.size() <= blob.bytes.data() + blob.bytes.size();
  }
};

/// A plain LRU list with its map. Counts an entry's bytes plus what its bookkeeping costs.
struct Shard {
  static constexpr std::size_t entry_overhead = 160;

  mutable std::mutex mutex;  // guards everything below
  std::list<Entry> entries;  // most recent first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> where;
  std::size_t bytes = 0;
  std::array<std::uint64_t, 512> asked{};  // hashes of keys, each in its place

  bool asked_again(std::uint64_t hash) {
    std::lock_guard lock(mutex);
    return std::exchange(asked[hash >> 32 & (asked.size() - 1)], hash) == hash;
  }

  static std::size_t cost(const Entry& entry) {
    return entry.blob.bytes.size() + entry_overhead + entry.verified.size() * sizeof(Verified);
  }

  /// The entry, now the most recent one; null if there is none.
  Entry* touch(const Key& key) {
    const auto found = where.find(key);
    if (found == where.end()) return nullptr;
    if (found->second != entries.begin()) entries.splice(entries.begin(), entries, found->second);
    return &*found->second;
  }

  std::optional<Blob> get(const Key& key) {
    std::lock_guard lock(mutex);
    const Entry* entry = touch(key);
    return entry ? std::optional(entry->blob) : std::nullopt;
  }

  std::optional<Blob> get_verified(const Key& key, const Id& id) {
    std::lock_guard lock(mutex);
    Entry* entry = touch(key);
    if (!entry) return std::nullopt;
    const auto at = entry->place_of(id);
    if (at == entry->verified.end() || at->id != id) return std::nullopt;
    return Blob{at->bytes, entry->blob.owner};
  }

  /// False if the frame is not here.
  bool note_verified(const Key& key, const Id& id, ByteView object, std::size_t bytes_max) {
    std::list<Entry> evicted;  // freed after the mutex is
    std::lock_guard lock(mutex);
    Entry* entry = touch(key);
    if (!entry || !entry->holds(object)) return false;
    const auto at = entry->place_of(id);
    if (at != entry->verified.end() && at->id == id) return true;
    entry->verified.insert(at, {id, object});
    bytes += sizeof(Verified);
    evict(bytes_max, evicted);
    return true;
  }

  void put(const Key& key, Blob blob, std::size_t bytes_max) {
    if (blob.bytes.size() + entry_overhead > bytes_max) return;
    std::list<Entry> evicted;  // freed after the mutex is
    std::lock_guard lock(mutex);
    if (where.contains(key)) return;
    entries.push_front({key, std::move(blob), {}});
    where.emplace(key, entries.begin());
    bytes += cost(entries.front());
    evict(bytes_max, evicted);
  }

  void trim(std::size_t bytes_max) {
    std::list<Entry> evicted;
    std::lock_guard lock(mutex);
    evict(bytes_max, evicted);
  }

  std::size_t size() const {
    std::lock_guard lock(mutex);
    return bytes;
  }

 private:
  void evict(std::size_t bytes_max, std::list<Entry>& evicted) {
    while (bytes > bytes_max) {
      bytes -= cost(entries.back());
      where.erase(entries.back().key);
      evicted.splice(evicted.begin(), entries, std::prev(entries.end()));
    }
  }
};

constexpr std::size_t shard_count = 16;

}  // namespace

// Frames that would fill a shard (of the solid tier) share one, which takes from all others what it uses.
struct FrameCache::State {
  explicit State(std::size_t bound) : bytes_max(bound) {}
  Shard& shard_of(const Key& key) { return shards[KeyHash()(key) >> 7 & (shard_count - 1)]; }
  bool is_large(const Blob& blob) const { return blob.bytes.size() > bytes_max / shard_count / 2; }
  std::size_t shard_bytes_max() const { return (bytes_max - large_bytes) / shard_count; }

  void put_large(const Key& key, Blob blob) {
    large.put(key, std::move(blob), large_bytes_max());
    large_bytes = large.size();
    for (Shard& shard : shards) shard.trim(shard_bytes_max());
  }

  std::size_t large_bytes_max() const { return bytes_max / 4 * 3; }

  const std::size_t bytes_max;
  std::array<Shard, shard_count> shards;
  Shard large;
  std::atomic<std::size_t> large_bytes = 0;
};

FrameCache::FrameCache(std::size_t bytes_max) : state_(std::make_unique<State>(bytes_max)) {}
FrameCache::~FrameCache() = default;

std::optional<Blob> FrameCache::get(const PackName& pack, std::uint32_t frame) {
  const Key key{pack, frame};
  auto hit = state_->shard_of(key).get(key);
  return hit || state_->large_bytes == 0 ? hit : state_->large.get(key);
}

void FrameCache::put(const PackName& pack, std::uint32_t frame, Blob frame_bytes) {
  const Key key{pack, frame};
  if (state_->is_large(frame_bytes)) return state_->put_large(key, std::move(frame_bytes));
  state_->shard_of(key).put(key, std::move(frame_bytes), state_->shard_bytes_max());
}

bool FrameCache::asked_again(const PackName& pack, std::uint32_t frame) {
  const Key key{pack, frame};
  return state_->shard_of(key).asked_again(KeyHash()(key));
}

std::optional<Blob> FrameCache::get_verified(const PackName& pack, std::uint32_t frame, const Id& id) {
  const Key key{pack, frame};
  auto hit = state_->shard_of(key).get_verified(key, id);
  return hit || state_->large_bytes == 0 ? hit : state_->large.get_verified(key, id);
}

void FrameCache::note_verified(const PackName& pack, std::uint32_t frame, const Id& id, ByteView object) {
  const Key key{pack, frame};
  if (state_->shard_of(key).note_verified(key, id, object, state_->shard_bytes_max())) return;
  if (state_->large_bytes != 0) state_->large.note_verified(key, id, object, state_->large_bytes_max());
}

std::size_t FrameCache::bytes() const {
  std::size_t sum = state_->large.size();
  for (const Shard& shard : state_->shards) sum += shard.size();
  return sum;
}

}  // namespace vstore
