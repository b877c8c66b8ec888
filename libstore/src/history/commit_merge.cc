// history/commit_merge.cc - merging commits: finding the base, which may have to be merged itself.
//
// Two branches that were merged into each other crosswise have several best common ancestors. As in git's
// recursive strategy, these are merged with one another, oldest first, each pair by this very function, into a
// virtual commit: a base that has all that both sides have in common. Conflicts in it stay as markers; where both
// sides resolved them alike the markers go unnoticed. Nothing of this is stored.
#include <algorithm>

#include "history/ancestry.h"
#include "history/scratch_objects.h"
#include "history/tree_merge.h"

namespace vstore {
namespace {

Commit read_commit(const ObjectReader& reader, const Id& id) {
  return decode_commit(reader.read(id, ObjectType::commit).text());
}

/// A commit that no one will ever see.
Id virtual_commit(ScratchObjects& scratch, const Id& tree, std::vector<Id> parents) {
  Commit commit;
  commit.tree = tree;
  commit.parents = std::move(parents);
  for (const Id& parent : commit.parents) {
    commit.commit_time.seconds = std::max(commit.commit_time.seconds, read_commit(scratch, parent).commit_time.seconds);
  }
  commit.author_time = commit.commit_time;
  return scratch.put(ObjectType::commit, as_bytes(encode(commit)));
}

/// The snapshot that the two commits have in common.
Id base_tree(ScratchObjects& scratch, const Id& a, const Id& b, const MergeOptions& options, unsigned depth) {
  std::vector<Id> bases = merge_bases_of(scratch, a, b);
  if (bases.empty()) return empty_tree_id();
  std::reverse(bases.begin(), bases.end());
  Id merged = bases.front();
  MergeOptions inner = options;
  inner.ours_label = "Temporary merge branch 1";
  inner.theirs_label = "Temporary merge branch 2";
  for (std::size_t i = 1; i < bases.size(); ++i) {
    const Id base = base_tree(scratch, merged, bases[i], options, depth + 1);
    const TreeMerge step = merge_trees_at(scratch, scratch, base, read_commit(scratch, merged).tree,
                                          read_commit(scratch, bases[i]).tree, inner, depth + 1);
    merged = virtual_commit(scratch, step.files, {merged, bases[i]});
  }
  return read_commit(scratch, merged).tree;
}

}  // namespace

TreeMerge merge_commits(Transaction& txn, const Id& ours, const Id& theirs, const MergeOptions& options) {
  ScratchObjects scratch(txn);
  const Id base = base_tree(scratch, ours, theirs, options, 0);
  return merge_trees(scratch, txn, base, read_commit(txn, ours).tree, read_commit(txn, theirs).tree, options);
}

}  // namespace vstore
