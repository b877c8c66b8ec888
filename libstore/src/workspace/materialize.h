// workspace/materialize.h - writes entries of a snapshot as files, in parallel.
//
// Invariants
// 1. Nothing outside the top directory is touched: every step is relative to a directory handle that was
//    reached without following a symlink (os/dir.h).
// 2. A name that exists is replaced only if the item says so (its content is then in the store already).
// 3. A small file is created under its own name and written front to back, so that one cut short by a crash
//    is a prefix of its content and the checkout can be run again. Large files are written beside, by
//    several workers, and renamed into place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "os/dir.h"
#include "vstore/object.h"
#include "vstore/progress.h"
#include "vstore/tree.h"
#include "vstore/workspace.h"

namespace vstore {

struct WriteItem {
  std::string path;      ///< key in the snapshot; ends in '/' for an empty directory
  Entry entry;
  bool replace = false;  ///< something may be there already
};

struct MaterializeOptions {
  const os::Dir* scratch = nullptr;  ///< same file system, for files that are renamed into place
  unsigned threads = 0;
  Progress* progress = nullptr;
};

/// Writes all items that `next` yields (ascending paths make it fast), making parent directories.
/// `written(item, stat)` is called for each file in that order, one call at a time. A file that fails is
/// added to `problems`, the rest goes on; errors that will hit every file (disk full, read-only) are
/// thrown. Empty directories are made and reported without a stat.
void materialize(const ObjectReader& reader, const os::Dir& top, const std::function<std::optional<WriteItem>()>& next,
                 const std::function<void(const WriteItem&, const os::EntryStat&)>& written,
                 std::vector<PathProblem>& problems, const MaterializeOptions& options);

}  // namespace vstore
