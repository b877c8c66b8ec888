// workspace/work_compare.h - what differs between a snapshot and the files on disk. Status, add, diff and
// forced checkout are this one comparison with other questions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vstore/workspace.h"
#include "workspace/path_match.h"
#include "workspace/workspace_impl.h"

namespace vstore {

/// One difference, in path order.
struct WorkDifference {
  std::string path;
  std::optional<Entry> before;   ///< in the snapshot
  std::optional<Entry> after;    ///< on disk; its id is null unless contents were asked for
  bool ignored = false;
};

struct WorkCompareOptions {
  PathMatcher* matcher = nullptr;      ///< null: everything
  Transaction* transaction = nullptr;  ///< contents of differences are stored there
  bool contents = false;               ///< ids of all differing files are wanted (else only as far as needed)
  bool untracked = true;               ///< report files that are not in the snapshot
  bool collapse_untracked = false;     ///< a directory without tracked files as one path
  bool take_ignored = false;           ///< ignored files count as untracked ones (add --force)
  bool report_ignored = false;         ///< report them as ignored
  bool refuse_special = false;         ///< an untracked FIFO, socket or device that is named itself is a problem;
                                       ///< else it is passed over, as if it were not there
};

struct WorkCompareTotals {
  std::uint64_t bytes_read = 0;
};

/// Calls `visit` for each difference. Files whose content had to be hashed and is known now go to the stat
/// cache. Paths that could not be read go to `problems` and are no differences.
WorkCompareTotals compare_workspace(Workspace::Impl& ws, const Tree& before, const WorkCompareOptions& options,
                                    const std::function<void(WorkDifference&&)>& visit,
                                    std::vector<PathProblem>& problems);

}  // namespace vstore
