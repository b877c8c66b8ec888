#include "store/claim_set.h"

#include "base/coding.h"

namespace vstore {
namespace {

constexpr std::size_t first_size = 16;

// At most 27/32 full; growing by half keeps a table at least 9/16 full, where doubling would leave 13/32.
bool is_full(std::size_t count, std::size_t size) { return count * 32 >= size * 27; }

}  // namespace

// Ids are uniform, so four of their bytes scaled to the table's size are a hash; the size need not be a
// power of two.
std::size_t ClaimSet::Shard::place_of(const Id& id) const {
  std::size_t place = (std::uint64_t{load_u32(id.bytes.data() + 8)} * table.size()) >> 32;
  while (!table[place].is_null() && table[place] != id) {
    if (++place == table.size()) place = 0;
  }
  return place;
}

void ClaimSet::Shard::grow() {
  std::vector<Id> old(table.empty() ? first_size : table.size() + table.size() / 2);
  old.swap(table);
  for (const Id& id : old) {
    if (!id.is_null()) table[place_of(id)] = id;
  }
}

bool ClaimSet::insert(const Id& id) {
  Shard& shard = shard_of(id);
  std::lock_guard lock(shard.mutex);
  if (is_full(shard.count, shard.table.size())) shard.grow();
  Id& place = shard.table[shard.place_of(id)];
  if (!place.is_null()) return false;
  place = id;
  ++shard.count;
  return true;
}

bool ClaimSet::contains(const Id& id) const {
  const Shard& shard = shard_of(id);
  std::lock_guard lock(shard.mutex);
  return !shard.table.empty() && !shard.table[shard.place_of(id)].is_null();
}

std::size_t ClaimSet::memory_bytes() const {
  std::size_t bytes = sizeof *this;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    bytes += shard.table.capacity() * sizeof(Id);
  }
  return bytes;
}

}  // namespace vstore
