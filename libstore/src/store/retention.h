// store/retention.h - which operations of the log are kept.
#pragma once

#include <optional>
#include <vector>

#include "vstore/store.h"

namespace vstore {

struct Retained {
  std::vector<Id> operations;  ///< newest first; never empty
  std::uint64_t expired = 0;   ///< operations that are there now and would no longer be
  Id horizon;                  ///< for the root: null if nothing has expired, now or before
};

/// The newest operation, and those before it up to the first that is older than `since` (seconds; nullopt: all).
/// What clocks say decides only how far back the log goes, never what is reachable from what is kept.
Retained retained_operations(const Snapshot& snapshot, std::optional<std::int64_t> since);

}  // namespace vstore
