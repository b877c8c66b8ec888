// store/pack_files.h - which packs are in packs/, and which a root names.
#pragma once

#include <set>
#include <vector>

#include "os/fs.h"
#include "store/format.h"
#include "store/root.h"

namespace vstore {

/// Names of the files in packs/ that are called like packs.
std::vector<PackName> packs_present(os::Fs& fs, const StorePaths& paths);

/// Every pack that a root names in any way: live, condemned, carriers.
std::set<PackName> packs_named(const LoadedRoot& root);

}  // namespace vstore
