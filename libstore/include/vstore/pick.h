// vstore/pick.h - taking single changes over: the one engine behind cherry-pick, revert and rebase.
//
// The change from A to B is applied to X by the three-way merge of B into X with A as the base. A cherry-pick takes
// the change from a commit's parent to the commit, a revert the way back, a rebase picks a branch's commits one after
// the other. All of it happens in a transaction: nothing is seen before it is published, and files are not needed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vstore/merge.h"
#include "vstore/store.h"

namespace vstore {

/// What to do with a commit that changes nothing (any more).
enum class EmptyPick { stop, drop, keep };

struct PickOptions {
  MergeOptions merge;          ///< the labels are set for each commit, as git has them
  bool reverse = false;        ///< take the changes back
  unsigned mainline = 0;       ///< a merge's change is that against its N-th parent; 0: merges are refused
  bool note_origin = false;    ///< add "(cherry picked from commit ...)" to messages
  bool commit = true;          ///< false: all changes are added up, without commits
  bool fast_forward = false;   ///< a commit that already stands on the place is taken as it is
  EmptyPick began_empty = EmptyPick::stop;   ///< a commit that never changed anything
  EmptyPick became_empty = EmptyPick::stop;  ///< one whose change is there already
  Person author, committer;    ///< a picked commit keeps its own author
  Time author_time, commit_time;
};

struct Picked {
  Id origin;
  std::optional<Id> commit;    ///< nullopt: dropped, or not committed
};

/// A commit that could not be picked without help.
struct PickStop {
  Id commit;
  std::string message;         ///< for the commit to come
  TreeMerge tree;              ///< clean if the change is empty
};

struct PickRun {
  Id head;                     ///< the commit that was reached
  Id files;                    ///< its files; without commits: all changes on top of the first
  std::vector<Picked> done;
  std::vector<std::string> merged_texts;
  std::optional<PickStop> stop;
  std::vector<Id> rest;        ///< not looked at because of the stop
};

/// Picks commits onto the commit `onto`, whose files count as `files`. Throws `usage` for a merge without a mainline,
/// or a mainline that is not there.
PickRun pick_commits(Transaction& txn, const Id& onto, const Id& files, const std::vector<Id>& commits,
                     const PickOptions& options);

/// The commits that a rebase takes along, oldest first: those of `branch` that `upstream` lacks, without merges, and
/// without those whose very change an upstream commit has made too (`skipped`).
struct RebasePlan {
  std::vector<Id> commits, skipped;
};
RebasePlan plan_rebase(const Snapshot& snapshot, const Id& upstream, const Id& branch);

}  // namespace vstore
