// tree/merge_walk.h - the keys that matter to a three-way merge of maps.
//
// Two diffs against the same base, zipped by key. Subtrees that neither side changed are not read, those
// that only one side changed are read once, by that side's diff: the cost is that of both diffs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vstore/tree.h"

namespace vstore {

/// What three maps say about a key on which `ours` or `theirs` differs from `base`.
struct MergeItem {
  std::string key;
  std::optional<Entry> base, ours, theirs;

  /// Only their side changed it, so theirs it is.
  bool only_theirs() const { return ours == base; }
  /// Ours stands: only our side changed it, or both in the same way.
  bool stands() const { return theirs == base || ours == theirs; }
};

/// Yields the items in key order. One thread; the trees' reader must outlive it.
class MergeWalk {
 public:
  MergeWalk(const Tree& base, const Tree& ours, const Tree& theirs);
  std::optional<MergeItem> next();
  std::uint64_t nodes_read() const noexcept { return our_diff_.nodes_read() + their_diff_.nodes_read(); }

 private:
  TreeDiff our_diff_, their_diff_;
  std::optional<TreeChange> ours_, theirs_;
};

}  // namespace vstore
