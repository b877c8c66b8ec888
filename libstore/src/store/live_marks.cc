#include "store/live_marks.h"

#include <algorithm>

namespace vstore {

std::vector<std::uint32_t> LiveMarks::cover(const PackSet& packs) {
  std::vector<std::uint32_t> fresh;
  current_.clear();
  for (const PackInSet& pack : packs.packs()) {
    const auto [it, added] = bits_.try_emplace(pack.reader->name());
    if (added) {
      it->second.resize(static_cast<std::size_t>((pack.reader->object_count() + 7) / 8));
      fresh.push_back(static_cast<std::uint32_t>(current_.size()));
    }
    current_.push_back(&it->second);
  }
  return fresh;
}

std::shared_ptr<const Bytes> LiveMarks::dead(std::uint32_t pack, std::uint64_t object_count) const {
  Bytes dead = *current_[pack];
  for (std::uint8_t& byte : dead) byte = static_cast<std::uint8_t>(~byte);
  if (object_count % 8 != 0) dead.back() &= static_cast<std::uint8_t>((1u << (object_count % 8)) - 1);
  if (std::ranges::all_of(dead, [](std::uint8_t byte) { return byte == 0; })) return nullptr;
  return std::make_shared<const Bytes>(std::move(dead));
}

}  // namespace vstore
