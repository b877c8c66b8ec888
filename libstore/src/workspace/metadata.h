// workspace/metadata.h - the file `.vstore/workspace`: which workspace this is and where its store lies.
// docs/format/workspace.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "os/fs.h"

namespace vstore {

struct WorkspaceMetadata {
  std::string id;           ///< 32 hex digits, random
  std::string store;        ///< "" : the store is the `.vstore` directory itself; else an absolute path
  std::string root;         ///< the workspace's directory when the id was given; "" in old files
  std::uint64_t inode = 0;  ///< of the `.vstore` directory when the id was given
};

/// nullopt if there is no such file; `damaged` if it is malformed, `unsupported` if it is newer.
std::optional<WorkspaceMetadata> read_workspace_metadata(os::Fs& fs, const std::string& directory);
/// Replaces the file atomically and durably.
void write_workspace_metadata(os::Fs& fs, const std::string& directory, const WorkspaceMetadata& metadata);

std::string new_workspace_id(os::Fs& fs);

}  // namespace vstore
