#include "store/displaced.h"

#include <algorithm>
#include <cstdlib>

#include "vstore/error.h"

namespace vstore {
namespace {

// 4 million chunks are 256 GB of file and some 350 MB of memory here, 48 bytes in the list and about 40 in the
// map for each; a longer file's tail goes without bases.
constexpr std::size_t chunks_max = 4'000'000;

// A chunk that recurs all over a file (zeros) says nothing about places; more copies would only cost time.
constexpr std::size_t copies_max = 4;

}  // namespace

DisplacedChunks::DisplacedChunks(const ObjectReader& reader, const Id& content) {
  try {
    FileReader(reader, content).visit_chunks([this](const ChunkRef& chunk) {
      chunks_.push_back(chunk);
      return chunks_.size() < chunks_max;
    });
  } catch (const Error&) {
    chunks_.clear();  // fsck reports damage; adding the new version must not fail for it
  }
  if (chunks_.size() < 2) return;
  by_id_.reserve(chunks_.size());
  for (std::uint32_t i = 0; i < chunks_.size(); ++i) {
    const std::uint64_t key = chunks_[i].id.prefix64();
    if (by_id_.count(key) < copies_max) by_id_.emplace(key, i);
  }
}

const ChunkRef* DisplacedChunks::at_offset(std::int64_t offset) const {
  if (offset < 0) return &chunks_.front();
  auto after = std::upper_bound(
      chunks_.begin(), chunks_.end(), static_cast<std::uint64_t>(offset),
      [](std::uint64_t wanted, const ChunkRef& chunk) { return wanted < chunk.offset; });
  return &*std::prev(after);
}

std::optional<std::int64_t> DisplacedChunks::drift_of(const ChunkRef& fresh, std::int64_t expected) const {
  std::optional<std::int64_t> best;
  const auto [begin, end] = by_id_.equal_range(fresh.id.prefix64());
  for (auto it = begin; it != end; ++it) {
    const ChunkRef& old = chunks_[it->second];
    if (old.id != fresh.id) continue;
    const std::int64_t drift = static_cast<std::int64_t>(old.offset) - static_cast<std::int64_t>(fresh.offset);
    if (!best || std::abs(drift - expected) < std::abs(*best - expected)) best = drift;
  }
  return best;
}

void DisplacedChunks::align(std::span<const ChunkRef> fresh, std::vector<std::optional<Id>>& out) const {
  out.assign(fresh.size(), std::nullopt);
  if (chunks_.empty()) return;
  if (chunks_.size() == 1) {
    std::fill(out.begin(), out.end(), chunks_.front().id);
    return;
  }
  std::int64_t drift = last_drift_.load(std::memory_order_relaxed);
  std::size_t unplaced = 0;  // chunks before the first shared one take its drift
  bool shared_seen = false;
  std::vector<std::int64_t> drifts(fresh.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (auto found = drift_of(fresh[i], drift)) {
      drift = *found;
      if (!shared_seen) std::fill(drifts.begin(), drifts.begin() + static_cast<std::ptrdiff_t>(unplaced), drift);
      shared_seen = true;
    }
    drifts[i] = drift;
    if (!shared_seen) unplaced = i + 1;
  }
  last_drift_.store(drift, std::memory_order_relaxed);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const std::int64_t middle = static_cast<std::int64_t>(fresh[i].offset + fresh[i].size / 2) + drifts[i];
    out[i] = at_offset(middle)->id;
  }
}

}  // namespace vstore
