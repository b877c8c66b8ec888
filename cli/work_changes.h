// cli/work_changes.h - how the tracked files differ from a version: what `vstore diff [REVISION]` shows.
#pragma once

#include <string>
#include <vector>

#include "vstore/workspace.h"

namespace vstore::cli {

/// Differences between a snapshot and the tracked files, as one step: from the snapshot to the stage and
/// on to the files. Files that are not tracked are left out. In path order; renames joined if `options`
/// says so, among contents that the store has.
std::vector<Change> changes_to_files(Workspace& workspace, const Snapshot& snapshot, const Id& from,
                                     const CompareOptions& options);

}  // namespace vstore::cli
