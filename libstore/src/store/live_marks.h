// store/live_marks.h - which entries of which packs are live: bits by position in the index, no set of ids.
#pragma once

#include <map>

#include "pack/pack_set.h"

namespace vstore {

/// Keyed by the packs' names, so the marks survive from one state of the store to the next. Not thread-safe.
class LiveMarks {
 public:
  /// Makes room for the packs of a state; new ones have no marks. Returns the positions of those that are new.
  std::vector<std::uint32_t> cover(const PackSet& packs);

  /// False if it was set before. `pack` is a position in the packs covered last.
  bool set(std::uint32_t pack, std::uint64_t position) {
    std::uint8_t& byte = (*current_[pack])[static_cast<std::size_t>(position / 8)];
    const auto bit = static_cast<std::uint8_t>(1u << (position % 8));
    if ((byte & bit) != 0) return false;
    byte |= bit;
    return true;
  }
  void clear(std::uint32_t pack, std::uint64_t position) {
    (*current_[pack])[static_cast<std::size_t>(position / 8)] &= static_cast<std::uint8_t>(~(1u << (position % 8)));
  }
  bool get(std::uint32_t pack, std::uint64_t position) const {
    return ((*current_[pack])[static_cast<std::size_t>(position / 8)] >> (position % 8) & 1) != 0;
  }

  /// The dead bitmap that follows (docs/format/root.md): whatever has no mark. Null if all have one.
  std::shared_ptr<const Bytes> dead(std::uint32_t pack, std::uint64_t object_count) const;

 private:
  std::map<PackName, Bytes> bits_;
  std::vector<Bytes*> current_;
};

}  // namespace vstore
