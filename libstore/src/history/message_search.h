// history/message_search.h - ":/text" and "^{/text}": commits by what their messages say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vstore/store.h"

namespace vstore {

/// The newest commit reachable from any of `from` whose message has a line that matches the extended regular
/// expression; behind "!-", whose message has none. Throws `usage` for a bad expression.
std::optional<Id> find_by_message(const Snapshot& snapshot, std::vector<Id> from, const std::string& text);

/// The commits of all refs below "refs/", and of HEAD.
std::vector<Id> all_tips(const Snapshot& snapshot, const std::string& head);

}  // namespace vstore
