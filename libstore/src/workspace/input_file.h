// workspace/input_file.h - the workspace's files and symlinks as inputs of the ingest pipeline.
#pragma once

#include <memory>
#include <string>

#include "os/dir.h"
#include "store/ingest.h"

namespace vstore {

/// Opens a regular file below `top`; its state when opened goes to `stat`. InputFile::finish() demands that
/// it is still the same at the end. `lost_race` if it vanished or became something else.
std::unique_ptr<InputFile> open_disk_file(const os::Dir& top, const std::string& path, os::EntryStat& stat);

/// A symlink's target as content.
std::unique_ptr<InputFile> open_symlink(const os::Dir& top, const std::string& path, os::EntryStat& stat);

}  // namespace vstore
