// workspace/checkout_plan.h - may the files go from one snapshot to another without losing local changes?
//
// Rules, git's two-way merge: a path that both snapshots agree on keeps its stage and its file, changed or
// not. A path that differs must be unchanged in the stage and on disk, or be what the target says already.
// Where the target has a new path nothing may lie there but the very same content.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "workspace/workspace_impl.h"

namespace vstore {

struct CheckoutPlan {
  std::vector<std::string> removals;               ///< ascending
  std::unordered_set<std::string> leave;           ///< changed paths whose files are right already
  std::unordered_set<std::string> overwrite;       ///< half-written by a checkout that was cut short
  std::vector<std::string> local_changes;          ///< paths in the way: changed files or stage
  std::vector<std::string> untracked;              ///< paths in the way: files that are nowhere in the store
  Totals writes;                                   ///< what is to be written
  bool stage_is_source = true;                     ///< the stage is the source snapshot: no local staging

  bool allowed() const { return local_changes.empty() && untracked.empty(); }
};

/// Looks at every path that differs between `from` and `to`. `resumed`: an earlier checkout was cut short,
/// so a file that is the front part of its target may be overwritten.
CheckoutPlan plan_checkout(Workspace::Impl& ws, const ObjectReader& reader, const Id& from, const Id& to, const Id& stage,
                           bool resumed);

/// Throws `refused` listing the paths in the way; `remedy` is the hint if local changes are.
void demand_allowed(const CheckoutPlan& plan,
                    const char* remedy = "commit them, or give --force to throw them away");

}  // namespace vstore
