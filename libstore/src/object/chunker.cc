// Finding the cuts that docs/format/chunking.md defines.
//
// The gear hash at position p is h(p) = 2 h(p-1) + gear[byte p-1] (mod 2^64): what is older than 64
// bytes has been shifted out, so 64 bytes are enough to start anywhere, and it does not matter where a
// scanner started. That is what lets the fast ones skip and run on threads. Two interleaved
// scanners measured from 7 % slower to 16 % faster than one: not worth their code.
//
// Invariants
//  1. next_cut and cuts_from_candidates(find_candidates) return what find_cuts_plain returns.
//  2. A hash is compared only after it has absorbed 64 bytes of the same file.
//  3. params.min >= 64: a chunk's own bytes decide where it ends.
#include "object/chunker.h"

#include <algorithm>

#include "base/check.h"
#include "object/gear_table.h"

namespace vstore {
namespace {

constexpr std::uint64_t window = 64;

inline std::uint64_t absorb(std::uint64_t hash, std::uint8_t byte) noexcept {
  return 2 * hash + gear_table[byte];
}

/// The hash before position p absorbs its last byte: of bytes [p-64, p-1).
std::uint64_t warm_up(const std::uint8_t* data, std::uint64_t p) noexcept {
  std::uint64_t hash = 0;
  for (std::uint64_t i = p - window; i + 1 < p; ++i) hash = absorb(hash, data[i]);
  return hash;
}

/// The first candidate in [begin, end), or `end`; begin >= 64.
std::uint64_t first_candidate(const std::uint8_t* data, std::uint64_t begin, std::uint64_t end,
                              std::uint64_t threshold) noexcept {
  if (begin >= end) return end;
  std::uint64_t hash = warm_up(data, begin);
  std::uint64_t p = begin;
  for (; p + 8 <= end; p += 8) {
#pragma GCC unroll 8
    for (std::uint64_t i = 0; i < 8; ++i) {
      hash = absorb(hash, data[p + i - 1]);
      if (hash < threshold) [[unlikely]]
        return p + i;
    }
  }
  for (; p < end; ++p) {
    hash = absorb(hash, data[p - 1]);
    if (hash < threshold) return p;
  }
  return end;
}

/// Where a chunk of [start, size) must end when it has no candidate.
std::uint64_t forced_cut(std::uint64_t start, std::uint64_t size, const ChunkerParams& params) noexcept {
  return size - start > params.max ? start + params.max : size;
}

/// The hash by its definition: a sum over the 64 bytes before p.
std::uint64_t hash_at_plain(ByteView data, std::uint64_t p) {
  std::uint64_t sum = 0;
  for (std::uint64_t age = 0; age < window; ++age) sum += gear_table[data[p - 1 - age]] << age;
  return sum;
}

}  // namespace

std::vector<std::uint64_t> find_cuts_plain(ByteView data, const ChunkerParams& params) {
  VSTORE_CHECK(params.min >= window && params.max >= params.min);
  std::vector<std::uint64_t> candidates;
  for (std::uint64_t p = window; p <= data.size(); ++p) {
    if (hash_at_plain(data, p) < params.threshold) candidates.push_back(p);
  }
  return cuts_from_candidates(candidates, data.size(), params);
}

std::size_t next_cut(ByteView bytes, bool at_end, const ChunkerParams& params) noexcept {
  VSTORE_CHECK(params.min >= window && params.max >= params.min);
  const std::uint64_t limit = std::min<std::uint64_t>(bytes.size(), params.max);
  const std::uint64_t end = limit + 1;  // position `limit` itself may be a candidate
  const std::uint64_t p = first_candidate(bytes.data(), params.min, end, params.threshold);
  if (p < end) return p;
  return limit == params.max || at_end ? limit : 0;
}

void find_candidates(ByteView data, std::uint64_t begin, std::uint64_t end, const ChunkerParams& params,
                     std::vector<std::uint64_t>& out) {
  begin = std::max(begin, window);
  end = std::min<std::uint64_t>(end, data.size() + 1);
  for (std::uint64_t p = begin; (p = first_candidate(data.data(), p, end, params.threshold)) < end; ++p) {
    out.push_back(p);
  }
}

std::vector<std::uint64_t> cuts_from_candidates(std::span<const std::uint64_t> candidates, std::uint64_t size,
                                                const ChunkerParams& params) {
  std::vector<std::uint64_t> cuts;
  std::uint64_t start = 0;
  auto next = candidates.begin();
  do {
    next = std::lower_bound(next, candidates.end(), start + params.min);
    const std::uint64_t forced = forced_cut(start, size, params);
    start = next != candidates.end() && *next <= forced ? *next : forced;
    cuts.push_back(start);
  } while (start < size);
  return cuts;
}

}  // namespace vstore
