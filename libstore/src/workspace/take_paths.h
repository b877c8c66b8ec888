// workspace/take_paths.h - one snapshot with chosen paths as another has them: restore into the stage, and
// `commit PATH`, which puts chosen paths of the stage into HEAD's tree.
#pragma once

#include "vstore/store.h"
#include "vstore/workspace.h"

namespace vstore {

/// The root of `into` with the selected paths as `from` has them. Selected paths that `from` lacks go, unless
/// `overlay`. What can't stand beside a path that is taken goes in any case, selected or not ("a" against
/// "a/x", rule 21 of protocol.md). Reads only what differs below the selected paths.
Id take_paths(Transaction& txn, const Tree& into, const Tree& from, const PathSelection& paths, bool overlay);

}  // namespace vstore
