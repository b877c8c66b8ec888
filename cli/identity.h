// cli/identity.h - who the user is, and what time it is.
#pragma once

#include <optional>
#include <string>

#include "vstore/object.h"

namespace vstore::cli {

class Context;

/// VSTORE_AUTHOR_NAME and _EMAIL, then user.name and user.email of the configuration, then the password
/// file and the host's name.
Person author(Context& context);
/// The same with VSTORE_COMMITTER_*.
Person committer(Context& context);
/// True if nobody said who commits: committer() is what the machine knows.
bool is_committer_guessed(Context& context);
/// The committer as far as it is known before a workspace is open: its configuration is not asked.
Person committer_before_opening();

/// The clock, in the local zone.
Time now();
/// VSTORE_AUTHOR_DATE or VSTORE_COMMITTER_DATE if set; throws Error(usage) if not understood.
std::optional<Time> author_date();
std::optional<Time> committer_date();

/// "Name <email>" -> Person; throws Error(usage).
Person parse_person(const std::string& text);

}  // namespace vstore::cli
