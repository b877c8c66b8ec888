// store/settle.h - from the two slots to the root that counts.
#pragma once

#include <optional>
#include <string>

#include "os/fs.h"
#include "store/format.h"
#include "store/root_file.h"

namespace vstore {

/// The root that a sound slot names: from beside it, else from its carriers' footers. Throws MissingPack if
/// the carrier is gone, `damaged` if no copy of the root is whole.
LoadedRoot load_root(os::Fs& fs, const StorePaths& paths, const RootFile& file, int position,
                     const Slot& slot);

/// The slot that names a root.
Slot slot_for(const LoadedRoot& root, std::size_t blob_size);

/// What the slots come to.
struct Settled {
  LoadedRoot root;
  std::optional<int> holder;  ///< the slot that holds it; nullopt: it was rolled forward from a pack
  std::optional<int> bad;     ///< a slot that is not sound
};

/// To be called under the lock, shared or exclusive: only there is bad bad. With one slot bad, the root is
/// the survivor's or the one published after it, found among the packs (protocol.md rule 7); with both bad, the
/// store is `damaged`. Writes nothing.
Settled settle(os::Fs& fs, const StorePaths& paths, const RootFile& file);

}  // namespace vstore
