// workspace/identity.h - is this the workspace that its id was given to, or a copy of it? (protocol.md rule 12)
#pragma once

#include <string>

#include "os/fs.h"
#include "workspace/metadata.h"

namespace vstore {

/// True if the workspace in `root` must take an id of its own: the one in `metadata` belongs to another directory,
/// or may.
bool is_copy(os::Fs& fs, const std::string& root, const WorkspaceMetadata& metadata);

/// Notes in `metadata` that its id belongs to the workspace in `root`.
void claim_id(os::Fs& fs, const std::string& root, WorkspaceMetadata& metadata);

}  // namespace vstore
