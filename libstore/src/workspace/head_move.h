// workspace/head_move.h - HEAD goes to another commit, as a part of a larger change.
#pragma once

#include "workspace/workspace_impl.h"

namespace vstore {

/// Throws `lost_race` if another workspace moved the branch since: "..., then <what> again".
void demand_at_base(const WorkState& state, const char* what);
/// Throws `refused` if the stage is not what HEAD has.
void demand_nothing_staged(const WorkState& state, const char* what);

/// The branch that HEAD is at (or HEAD itself) and the base go to a commit, if nothing moved them since `state`.
void move_head(const Workspace::Impl& ws, Transaction& txn, const WorkState& state, const Id& commit);
/// To be called when all refs are set and before files change: whoever watches may still stop it (vstore/ref_update.h).
void ask_before_files(const Workspace::Impl& ws, Transaction& txn, const std::string& command);

/// HEAD leaves its branch, which stays where it is.
void detach_head(const Workspace::Impl& ws, Transaction& txn, const WorkState& state, const Id& commit);

}  // namespace vstore
