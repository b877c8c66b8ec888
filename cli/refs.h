// cli/refs.h - what commands do with refs: names, descriptions, changes published as one operation.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vstore/store.h"

namespace vstore::cli {

class Context;

inline constexpr std::string_view kBranches = "refs/heads/";
inline constexpr std::string_view kTags = "refs/tags/";
inline constexpr std::string_view kHolds = "refs/holds/";
inline constexpr std::string_view kRemotes = "refs/remotes/";

/// "refs/heads/NAME" after checking that it is a good name; throws Error(usage).
std::string branch_ref(const std::string& name);
std::string tag_ref(const std::string& name);
std::string hold_ref(const std::string& name);
/// "refs/heads/main" -> "main"; other names unchanged.
std::string short_name(std::string_view ref);

/// The first line of a message.
std::string_view subject(std::string_view message);
/// "1a2b3c4d5e subject", for lines such as "HEAD is now at ...". Fit for a terminal.
std::string describe(const Snapshot& snapshot, const Id& commit);

/// What a detached HEAD is at: the first tag of that commit, or its abbreviated id. Fit for a terminal.
std::string detached_place(const Snapshot& snapshot, const Id& commit);

/// Runs `change` on a new transaction and publishes it under the user's name and command line.
void publish(Context& context, const std::function<void(Transaction&)>& change);

/// The commit an expression names in the state that is looked at.
Id commit_of(Context& context, const std::string& expression);

/// The full name of a workspace's HEAD ref that points at `branch` (any workspace of the store), if any.
std::optional<std::string> checked_out_at(const Snapshot& snapshot, const std::string& branch);

}  // namespace vstore::cli
