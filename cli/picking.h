// cli/picking.h - what cherry-pick, revert and rebase have in common: options, what they say, --continue and its kin,
// and the same in the store alone (--into).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/merge_text.h"
#include "vstore/pick.h"
#include "vstore/workspace.h"

namespace vstore::cli {

class Args;
class Context;

struct PickFlags {
  MergeFlags merge;
  bool abort = false, go_on = false, skip = false, quiet = false, json = false;
  std::optional<std::string> into, expect;
  std::optional<std::uint64_t> lock_timeout;

  void declare(Args& args, const std::string& name);
  /// True if --abort, --continue or --skip was given; throws Error(usage) if they contradict each other. To be called
  /// before the store is opened.
  bool controls(Context& context) const;
};

/// Options with the user's name and the clock filled in.
PickOptions pick_options(Context& context, const PickFlags& flags);
/// What --continue needs to know of them, kept with the state.
std::map<std::string, std::string> pick_settings(const PickFlags& flags, const PickOptions& options);

/// The commits that arguments name: each revision one, ranges all of theirs. `oldest_first` says how ranges go.
std::vector<Id> commits_to_pick(Context& context, const std::vector<std::string>& arguments, bool oldest_first);

/// Each returns the exit code and says what happened.
int begin_pick(Context& context, const PickFlags& flags, const PickRequest& request);
int control_pick(Context& context, const PickFlags& flags, MergeKind kind);

/// A ref that changes in the store. Throws Error(lost_race) if `expect` no longer holds, `refused` if it is checked out.
struct IntoTarget {
  std::string ref;
  RefValue old;
  Id tip;
};
IntoTarget into_target(Context& context, const PickFlags& flags);
int pick_into(Context& context, const PickFlags& flags, const IntoTarget& target, const Id& onto,
              const std::vector<Id>& commits, const PickOptions& options, MergeKind kind);

}  // namespace vstore::cli
