// workspace/force_files.h - makes the tracked files on disk equal to a snapshot whatever they are now: the
// work of reset --hard and checkout --force.
#pragma once

#include "workspace/workspace_impl.h"

namespace vstore {

/// Writes every path of `to` whose file differs, removes what `from` tracks and `to` lacks (if `from` can be
/// read at all). Untracked files stay unless they are in the way.
CheckoutResult force_files(Workspace::Impl& ws, const ObjectReader& reader, const Id& from, const Id& to);

/// Takes the files back to `to` where a merge wrote `files`, whatever they are now; local changes elsewhere stay.
CheckoutResult take_back_files(Workspace::Impl& ws, const ObjectReader& reader, const Id& files, const Id& to);

/// Removes whatever lies where the items are to be written and is of the wrong kind (a directory in a
/// file's place, a file in a directory's).
void clear_the_way(Workspace::Impl& ws, const std::vector<std::string>& paths);

}  // namespace vstore
