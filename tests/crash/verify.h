// crash/verify.h - the invariants that a store must hold after any crash (docs/testing.md has the list).
//
// I1 every acknowledged commit is there and each object re-hashes   I2 every ref has its whole closure
// I3 a ref has its last acknowledged value or one attempted later   I4 several refs move all or none
// I5 fsck finds nothing                                             I6 a new commit then succeeds
// I7 a crash during recovery keeps I1 to I6                         I8 nothing reachable was deleted
// I9 whichever slot is sound, what it names is there; and where nothing is under way, either slot may rot too
// I10 what rotted lies in damaged/ when its repair has returned; until then, a repair comes before all else
//     (Not earlier: the model lets both names of a rename between directories go, which no common file system
//     does.)
// A backup holds a state of the store that was durable, the promised one or a later, and can be gone on with.
#pragma once

#include <optional>
#include <string>

#include "crash/workload.h"
#include "os/image.h"

namespace vstore::crash {

struct Promise {
  std::uint64_t acknowledged = 0;  ///< generation: this one or a later one must be seen
  std::uint64_t backed_up =
      0;                      ///< generation: the backup holds this one or a later one; 0: there may be none
  bool at_rest = false;       ///< nothing was under way: one slot may rot as well (I9)
  bool needs_repair = false;  ///< something rotted, and no repair has returned yet
  std::size_t set_aside = 0;  ///< so many of the recording's rotten files must lie in damaged/ (I10)
  bool thorough = false;      ///< fsck, too (I5), and the next backup
  bool twice = false;         ///< crashes of the recovery, or of the repair, too (I7)
};

/// Opens the state for reading, then for writing, then again. What is wrong with it; nullopt if nothing is.
std::optional<std::string> fault_of(os::Image state, const Recording& recording, Promise promise);

}  // namespace vstore::crash
