// cli/switching.h - moving HEAD, the same for `vstore checkout` and `vstore switch`.
#pragma once

#include <optional>
#include <string>

#include "vstore/workspace.h"

namespace vstore::cli {

class Context;

/// Where to go. `target` is a branch or, where detaching is allowed, any revision; "-" is where HEAD was
/// before. With a new branch, `target` is where it starts (HEAD if empty).
struct SwitchRequest {
  std::string target;
  std::string new_branch;           ///< -b, -c
  bool reset_branch = false;        ///< -B, -C: the new branch may exist and is moved
  bool detach = false;              ///< to the commit, even if target is a branch
  bool may_detach = false;          ///< a target that is no branch detaches HEAD (checkout) or is an error (switch)
  bool force = false;
  bool quiet = false;
};

/// Carries it out and says so on standard error, as git does; returns the exit code.
int switch_head(Context& context, const SwitchRequest& request);

/// Branch (short name) or commit (hex) that HEAD was at before the last switch; throws not_found.
std::string previous_head(Context& context);

}  // namespace vstore::cli
