// cli/keepers.h - what each ref and each operation keeps that nothing else of its kind does.
#pragma once

#include <string>
#include <vector>

#include "vstore/progress.h"
#include "vstore/unique.h"

namespace vstore::cli {

struct Keeper {
  std::string name;  ///< of the ref; the command of the operation
  Id id;
  UniqueSize only;
};

/// Each ref that is not symbolic: what would go if it were deleted, and the operations had expired.
std::vector<Keeper> ref_keepers(const Snapshot& snapshot, Progress* progress);
/// Each retained operation, newest first: what no other operation leads to.
std::vector<Keeper> operation_keepers(const Snapshot& snapshot, Progress* progress);

}  // namespace vstore::cli
