// history/pick_message.h - what git says about a commit that is taken over or back.
#pragma once

#include <string>

#include "vstore/pick.h"

namespace vstore {

/// "1a2b3c4d5e (subject)": how a picked commit is called beside conflict markers.
std::string pick_label(const Snapshot& snapshot, const Id& id, const Commit& commit);

/// The message of the new commit. `parent` is what the change was made against.
std::string pick_message(const Id& id, const Commit& commit, const std::optional<Id>& parent,
                         const PickOptions& options);

}  // namespace vstore
