// pack/fold.h - which packs to fold together, and folding them. Pure mechanism: publishing the result
// is the store's (PROTOCOL rule 16).
#pragma once

#include <vector>

#include "pack/pack_set.h"
#include "pack/pack_writer.h"

namespace vstore {

/// Chooses packs (positions in `sizes`, stored bytes each) so that afterwards sizes form a geometric
/// progression; empty when nothing needs folding. Amortised, every byte is copied O(log n) times.
std::vector<std::size_t> choose_fold(const std::vector<std::uint64_t>& sizes);

/// Copies the live frames of `packs` into `writer` as they are (no recompression). An object present
/// in several inputs, or in a pack of `others` as plain, is kept once; a copy that some frame needs as
/// its plain base is kept. A frame with only dead or duplicate objects is dropped.
void fold_packs(const std::vector<PackInSet>& packs, PackWriter& writer);

}  // namespace vstore
