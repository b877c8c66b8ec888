// workspace/moment.h - what was staged and checked out when the files of this workspace were last brought in step.
//
// A workspace of a shared store keeps HEAD, stage and base in that store, where a `cp -a` of the workspace doesn't
// catch them: once the original has moved on, its refs no longer say what the copied files came from. A commit made
// from old files and new refs would take back, silently, what the original committed since. So the workspace notes
// both beside its files, and a copy takes the original's refs over only while they are still those noted.
//
// The note is a hint, written after the publish and never synced: a missing, old or damaged one equals no state.
#pragma once

#include <string>

#include "os/fs.h"
#include "workspace/workspace_impl.h"

namespace vstore {

/// Notes `state`'s stage and base in `directory`. Never throws for I/O: the publish before it has succeeded.
void note_moment(os::Fs& fs, const std::string& directory, const WorkState& state);

/// True if the files beside `directory` belong to `state`'s stage and base, as far as anyone knows.
bool is_at_moment(os::Fs& fs, const std::string& directory, const WorkState& state);

}  // namespace vstore
