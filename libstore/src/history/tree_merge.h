// history/tree_merge.h - merge_trees() as it is also used for bases that are merged themselves.
#pragma once

#include "vstore/merge.h"

namespace vstore {

/// See merge_entries() for `depth`.
TreeMerge merge_trees_at(const ObjectReader& reader, ObjectWriter& writer, const Id& base, const Id& ours,
                         const Id& theirs, const MergeOptions& options, unsigned depth);

}  // namespace vstore
