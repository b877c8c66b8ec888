// pack/pending_index.h - the index of a pack that is still being written: look-up by id and, at the end,
// the entries in order. 44 bytes an object and 5 to 10 for the look-up table; sorting is in place.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "pack/sorted_objects.h"

namespace vstore {

/// Not thread-safe.
class PendingIndex {
 public:
  void add(const IndexedObject& object);
  /// The first entry added with this id.
  std::optional<IndexedObject> find(const Id& id) const;
  std::uint64_t count() const noexcept { return count_; }
  /// The i-th entry in the order in which they were added.
  IndexedObject added(std::size_t i) const { return object_at(i); }

  /// Sorts, drops the look-up table, and gives the entries in order. No add() or find() afterwards; the
  /// stream must not outlive this.
  std::unique_ptr<SortedObjects> sorted();

 private:
  friend class PendingStream;
  struct Entry {
    Id id;
    std::uint32_t frame;
    std::uint32_t offset;
    std::uint32_t size_and_flags;
  };
  static constexpr std::size_t block_bits = 10;
  static constexpr std::size_t block_size = 1u << block_bits;

  static bool before(const Entry& a, const Entry& b);
  const Entry& at(std::size_t i) const { return blocks_[i >> block_bits][i & (block_size - 1)]; }
  Entry& at(std::size_t i) { return blocks_[i >> block_bits][i & (block_size - 1)]; }
  IndexedObject object_at(std::size_t i) const;
  std::vector<std::size_t> partition(unsigned bits);
  void sort_range(std::size_t begin, std::size_t end);
  std::size_t slot_of(const Id& id) const;
  void grow_table();

  std::vector<std::vector<Entry>> blocks_;  // no vector that doubles: memory stays proportional
  std::size_t count_ = 0;
  std::vector<std::uint32_t> table_;  // open addressing; position + 1, 0 empty; power of two
};

}  // namespace vstore
