// vstore/backup.h - a consistent copy of a live store.
//
// A backup is a store of its own, with an id of its own: it can be read, checked, and restored by copying it
// the other way, into an empty directory. It remembers which store it was made from; copying that store there
// again adds what is new.
#pragma once

#include <cstdint>
#include <string>

#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

struct BackupReport {
  std::uint64_t generation = 0;  ///< of the source: the state that was copied
  bool created = false;          ///< the destination is new
  bool up_to_date = false;       ///< there was nothing to copy
  std::uint64_t packs_copied = 0, packs_kept = 0;
  std::uint64_t bytes_copied = 0;
};

/// Copies the newest state of `source` to `destination`, while others write to the source. The state is
/// pinned first; each pack is copied, read back and checked by its checksums, and made durable; the root that
/// names them comes last. So after a crash the destination is what it was, and the next run copies what is
/// missing.
///
/// `destination` is absent, empty, or an older backup of the same store: packs that it has are checked in
/// structure and not copied again; packs that the source no longer has are removed. Throws `refused` if it is
/// something else, or was changed since, or holds a state that the source's operation log does not know;
/// `damaged` if a pack of the source or a kept one of the destination is damaged; `io`; `lost_race` if the
/// destination's lock cannot be had.
BackupReport backup(const Store& source, const std::string& destination, const StoreOptions& options,
                    Progress* progress = nullptr);

}  // namespace vstore
