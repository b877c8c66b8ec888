// object/chunker.h - content-defined chunking. docs/format/chunking.md defines the cuts independently
// of how they are found; the plain twin and the fast one must agree to the byte.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "vstore/bytes.h"

namespace vstore {

/// Constants of a store's format header. Gear hash over the last 64 bytes; position p (a cut after
/// byte p-1) is a candidate when hash < threshold. Cuts: from the start of a chunk the first candidate
/// at least `min` and at most `max` bytes away, else `max`, else the end of the file.
struct ChunkerParams {
  std::uint32_t min = 32 * 1024;
  std::uint32_t max = 256 * 1024;
  std::uint64_t threshold = 1ull << 49;  ///< mean = min + 2^64 / threshold = 64 KiB
  friend bool operator==(const ChunkerParams&, const ChunkerParams&) = default;
};

/// The definition, executed literally: offsets of all cuts (the last one is data.size(); empty input
/// gives one cut at 0).
std::vector<std::uint64_t> find_cuts_plain(ByteView data, const ChunkerParams& params);

/// Finds the next cut fast: given the bytes from a chunk's start, returns the chunk's length, or 0 if
/// more bytes are needed to decide (never when `at_end` or when bytes.size() >= max). Skips the first
/// min - 64 bytes. Thread-safe.
std::size_t next_cut(ByteView bytes, bool at_end, const ChunkerParams& params) noexcept;

/// All candidates in [begin, end) of `data` (positions p, 64 <= p <= data.size()). Segments may be scanned by different threads; concatenated they are the whole.
void find_candidates(ByteView data, std::uint64_t begin, std::uint64_t end,
                     const ChunkerParams& params, std::vector<std::uint64_t>& out);
/// The cuts from ascending candidates.
std::vector<std::uint64_t> cuts_from_candidates(std::span<const std::uint64_t> candidates,
                                                std::uint64_t size, const ChunkerParams& params);

}  // namespace vstore
