// pack/fold.h - which packs to fold together, and folding them. Pure mechanism: publishing the result
// is the store's (protocol.md rule 16).
#pragma once

#include <vector>

#include "pack/pack_set.h"
#include "pack/pack_writer.h"

namespace vstore {

/// Chooses packs (positions in `sizes`, stored bytes each) so that afterwards sizes form a geometric
/// progression: each pack left is larger than all smaller ones together, so at most about log2(total /
/// smallest) remain. Empty when nothing needs folding. Amortised, every byte is copied O(log n) times.
std::vector<std::size_t> choose_fold(const std::vector<std::uint64_t>& sizes);

/// Copies the live frames of `packs` into `writer` as they are (no recompression), verifying their
/// checksums; the caller may append more and finishes it. An object present in several inputs is indexed
/// once, its plain copy if there is one: so whatever is the base of some frame, here or in a pack that is
/// not folded, stays plain. A frame with only dead or duplicate objects is dropped, and of a plain
/// frame of which less than three quarters are kept the objects are compressed anew, without the rest. Memory:
/// a bit for each object and eight bytes for each frame, the index is merged as a stream.
void fold_packs(const std::vector<PackInSet>& packs, PackWriter& writer);

}  // namespace vstore
