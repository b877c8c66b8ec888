// history/path_set.h - a set of files and directories, and where two snapshots differ within it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vstore/tree.h"

namespace vstore {

/// Paths as a user gives them ("a/b", "dir/", ".", "*.csv"), turned into disjoint pieces of a tree's key space
/// in key order; a pattern becomes the piece that its literal beginning spans, of which each key is
/// matched. Immutable; thread-safe.
class PathSet {
 public:
  /// No paths at all select everything. Throws `usage` for a path that leads out of the dataset.
  explicit PathSet(const std::vector<std::string>& paths);

  /// True if the snapshots differ anywhere in the set. Costs O(depth) a path, a diff of its piece
  /// for a pattern; nothing for equal roots.
  bool differ(const Tree& before, const Tree& after) const;
  /// The differences in key order, until `visit` returns false.
  void for_each_difference(const Tree& before, const Tree& after,
                           const std::function<bool(TreeChange&&)>& visit) const;

 private:
  /// One key, or all keys that begin with it.
  struct Piece {
    std::string key;
    bool is_prefix;
  };
  void add_path(const std::string& path);
  void make_disjoint();
  bool selects(std::string_view key) const;

  std::vector<Piece> pieces_;
  std::vector<std::string> paths_;  // "a" stands for "a" and "a/..."
  bool has_patterns_ = false;
};

}  // namespace vstore
