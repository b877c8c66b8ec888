// store/versions.h - the versions of a state: the different snapshots that its refs lead to.
#pragma once

#include <vector>

#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

/// Roots of the trees of all commits and stages, each once, in no particular order; without the empty tree.
std::vector<Id> version_trees(const Snapshot& snapshot, Progress* progress = nullptr);

}  // namespace vstore
