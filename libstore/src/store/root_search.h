// store/root_search.h - the roots that the packs carry: what the newest state is found by when the slots are gone.
#pragma once

#include <vector>

#include "os/fs.h"
#include "store/format.h"
#include "store/root.h"

namespace vstore {

/// The roots of all carriers in packs/ that can be read (of the store `id`, if given), the highest generation
/// first. Where the footer of a carrier is damaged, the root before it is found even so; its summary is then all
/// zeros but for name and size.
std::vector<LoadedRoot> roots_in_packs(os::Fs& fs, const StorePaths& paths, const std::optional<Nonce>& id);

}  // namespace vstore
