// workspace/work_merge.h - a snapshot, the files on disk and the stat cache as one stream in key order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vstore/tree.h"
#include "workspace/path_match.h"
#include "workspace/scan.h"
#include "workspace/selected_cursor.h"
#include "workspace/stat_cache.h"

namespace vstore {

/// One path, seen from three sides. Valid until the next call.
struct MergedPath {
  std::string_view path;
  const Entry* tracked = nullptr;      ///< in the snapshot
  const ScanItem* file = nullptr;      ///< on disk
  const StatRecord* known = nullptr;   ///< the cache vouches for the file on disk
  bool unknown = false;                ///< tracked, but the disk could not be read there
};

/// Restricted to the scan's prefixes and the matcher's paths. One consumer at a time.
class WorkMerge {
 public:
  WorkMerge(Tree tree, const os::Dir& top, ScanOptions scan, StatCache* cache, PathMatcher* matcher);

  const MergedPath* next();

  /// For an untracked path that next() has just given: the topmost directory (with '/') in which nothing is
  /// tracked, or the path itself.
  std::string untracked_root(std::string_view path) const;
  /// What could not be read so far, in path order.
  const std::vector<PathProblem>& problems() const { return problems_; }

 private:
  void advance_tree();
  void advance_file();
  bool is_unknown(std::string_view tracked);

  std::vector<std::string> prefixes_;
  SelectedCursor cursor_;
  Scan scan_;
  std::optional<StatCache::Cursor> cache_;
  PathMatcher* matcher_;
  const ScanItem* file_ = nullptr;
  bool started_ = false;
  bool took_tree_ = false;
  bool took_file_ = false;
  std::string last_tracked_;
  MergedPath current_;
  std::vector<PathProblem> problems_;
  std::size_t unknown_ = 0;            // problems_[unknown_ ...] may still concern tracked paths to come
};

}  // namespace vstore
