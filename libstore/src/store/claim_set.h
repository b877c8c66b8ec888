// store/claim_set.h - the ids that a transaction writes: who claims one first appends it.
#pragma once

#include <array>
#include <mutex>
#include <vector>

#include "vstore/id.h"

namespace vstore {

/// Thread-safe. Sharded by the first byte of the id; each shard a table with open addressing that holds the
/// bare ids, 38 to 57 bytes an object.
class ClaimSet {
 public:
  /// False if it was there already.
  bool insert(const Id& id);
  bool contains(const Id& id) const;
  std::size_t memory_bytes() const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    std::vector<Id> table;  // the null id marks a free place; guarded by mutex
    std::size_t count = 0;  // guarded by mutex

    std::size_t place_of(const Id& id) const;
    void grow();
  };
  static constexpr std::size_t shard_count = 64;

  Shard& shard_of(const Id& id) { return shards_[id.bytes[0] % shard_count]; }
  const Shard& shard_of(const Id& id) const { return shards_[id.bytes[0] % shard_count]; }

  std::array<Shard, shard_count> shards_;
};

}  // namespace vstore
