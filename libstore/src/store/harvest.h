// store/harvest.h - the objects that the files of a directory would become.
#pragma once

#include <string>

#include "vstore/object.h"
#include "vstore/progress.h"

namespace vstore {

/// Cuts and hashes every file below `directory` as `add` would, and gives the writer every object: chunks,
/// lists, and the nodes of the tree of all paths. What cannot be read is passed over, and so are directories
/// named `.vstore`.
void harvest(const std::string& directory, ObjectWriter& writer, Progress* progress);

}  // namespace vstore
