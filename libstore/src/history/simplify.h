// history/simplify.h - the history of some paths: which commits changed them, and which parents matter.
//
// A commit that has the paths as one of its parents has them is `same`: it explains nothing, and that
// parent explains all there is. So the walk follows that parent alone and never sees the other side
// of a merge that contributed nothing. This is git's default ("simplified") history.
#pragma once

#include "history/commit_graph.h"
#include "history/path_set.h"

namespace vstore {

/// Flags of CommitNode that history/log_walk.cc and this share.
enum LogFlag : std::uint32_t {
  kLogSeen = 1,       ///< has been put into the queue
  kLogQueued = 2,     ///< is in the queue
  kLogExpanded = 4,   ///< its parents have been queued
  kLogExcluded = 8,   ///< reachable from what the range leaves out
  kLogBottom = 16,    ///< named as left out
  kLogSame = 32,      ///< changes none of the paths
  kLogMismatch = 64,  ///< author or message differ from what is sought
  kLogListed = 128,   ///< in the list of a walk that collects before it shows
};

class PathHistory {
 public:
  PathHistory(const ObjectReader& reader, CommitGraph& graph, const std::vector<std::string>& paths,
              bool first_parent)
      : reader_(reader), graph_(graph), paths_(paths), first_parent_(first_parent) {}

  /// Marks the node as same or not, and narrows its parents to the one it follows.
  void simplify(CommitNode& node);
  /// The nearest ancestor of a simplified history that is not same, `node` included. Null if there is
  /// none, or if it is excluded.
  CommitNode* nearest_change(CommitNode* node) const;

 private:
  bool same_paths(const Id& before, const Id& after) const;
  CommitNode* only_relevant_parent(const CommitNode& node) const;

  const ObjectReader& reader_;
  CommitGraph& graph_;
  PathSet paths_;
  bool first_parent_;
};

}  // namespace vstore
