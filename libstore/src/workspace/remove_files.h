// workspace/remove_files.h - deletes files of the workspace and the directories that become empty.
#pragma once

#include <string>
#include <vector>

#include "os/dir.h"
#include "vstore/workspace.h"

namespace vstore {

/// Removes `paths` (ascending; a trailing '/' names an empty directory) and then parents that are empty,
/// never the top. What is already gone is no error; directories with other things inside stay. Names that may
/// not stand in a snapshot (path_problem()) are passed over. Returns how many were removed.
std::uint64_t remove_files(const os::Dir& top, const std::vector<std::string>& paths,
                           std::vector<PathProblem>& problems);

}  // namespace vstore
