// vstore/unique.h - what only one version keeps.
#pragma once

#include <cstdint>
#include <vector>

#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

struct UniqueSize {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;   ///< canonical
  std::uint64_t stored = 0;  ///< their share of the compressed frames they lie in
};

/// For each of `trees` (roots of snapshots): the objects that it leads to and no other version does. The versions
/// are the different trees of all commits and stages that the refs lead to, and those asked for. Costs a walk over
/// all of them, each object twice at most, and four bytes an object; the same for one tree as for all.
std::vector<UniqueSize> unique_sizes(const Snapshot& snapshot, const std::vector<Id>& trees,
                                     Progress* progress = nullptr);

/// For each of `roots` (any objects: commits with all their history, operations with all refs of theirs): what it
/// leads to and none of the others does. Different roots only; the same twice share everything.
std::vector<UniqueSize> unique_among(const Snapshot& snapshot, const std::vector<Id>& roots,
                                     Progress* progress = nullptr);

}  // namespace vstore
