#include "workspace/head_move.h"

#include "vstore/ref_update.h"

namespace vstore {

void demand_at_base(const WorkState& state, const char* what) {
  if (!state.base_moved()) return;
  const std::string branch = state.branch ? short_branch_name(*state.branch) : "HEAD";
  throw Error(ErrorCode::lost_race, "branch '" + branch + "' was moved by another workspace since this one's last commit",
              "take in its changes with 'vstore switch " + branch + "', then " + what + " again");
}

void demand_nothing_staged(const WorkState& state, const char* what) {
  if (state.stage == state.head_tree) return;
  throw Error(ErrorCode::refused, "cannot " + std::string(what) + ": the stage differs from HEAD",
              "commit or stash what is staged first");
}

void move_head(const Workspace::Impl& ws, Transaction& txn, const WorkState& state, const Id& commit) {
  const RefValue fresh = RefValue::commit(commit);
  const auto old = state.head_commit ? std::optional(RefValue::commit(*state.head_commit)) : std::nullopt;
  if (state.branch) {
    txn.set_ref(*state.branch, old, fresh);
    txn.expect_ref(ws.ref("HEAD"), state.head);
  } else {
    txn.set_ref(ws.ref("HEAD"), state.head, fresh);
  }
  txn.set_ref(ws.ref("base"), state.base, fresh);
}

void ask_before_files(const Workspace::Impl& ws, Transaction& txn, const std::string& command) {
  ask_watch(txn, {.who = ws.options.who, .command = command, .time = std::nullopt});
}

void detach_head(const Workspace::Impl& ws, Transaction& txn, const WorkState& state, const Id& commit) {
  txn.set_ref(ws.ref("HEAD"), state.head, RefValue::commit(commit));
  txn.set_ref(ws.ref("base"), state.base, RefValue::commit(commit));
}

}  // namespace vstore
