// workspace/hash_content.h - the content id of one file on disk, as add would compute it.
#pragma once

#include <string>

#include "os/dir.h"
#include "vstore/id.h"

namespace vstore {

/// Stores nothing. Throws what opening and reading throws.
Id hash_content(const os::Dir& top, const std::string& path, bool is_symlink);

}  // namespace vstore
