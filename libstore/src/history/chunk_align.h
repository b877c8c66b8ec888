// history/chunk_align.h - which chunks two contents have in common, in order.
#pragma once

#include <span>
#include <vector>

#include "vstore/file.h"

namespace vstore {

/// Chunks [before, before + count) and [after, after + count) are equal, one by one.
struct ChunkRun {
  std::size_t before;
  std::size_t after;
  std::size_t count;
};

/// Runs in ascending order of both sides, as long as they go. Not always the most there could be: only chunks that
/// occur once on each side begin a run in the middle.
std::vector<ChunkRun> align_chunks(std::span<const ChunkRef> before, std::span<const ChunkRef> after);

}  // namespace vstore
