// workspace/moved_files.h - what an operation did to files where they did not simply follow the stage.
//
// Taking an operation back moves files from what its stage says to what the stage before it said. A stash
// takes what was staged nowhere, and brings back what will be staged nowhere: such an operation notes the two
// snapshots in refs of the workspace (docs/format/view.md). They hold for that operation only: the next one
// that moves files replaces them.
#pragma once

#include <optional>

#include "workspace/workspace_impl.h"

namespace vstore {

struct MovedFiles {
  Id from, to;
};

/// Of the operation that led to `snapshot`, if it moved files and noted it.
std::optional<MovedFiles> read_moved_files(const Workspace::Impl& ws, const Snapshot& snapshot);
/// Notes it, or with nullopt that files follow the stage.
void note_moved_files(const Workspace::Impl& ws, Transaction& txn, const std::optional<MovedFiles>& moved);

}  // namespace vstore
