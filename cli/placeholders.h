// cli/placeholders.h - --format's placeholders, as git's manual has them, and %(meta:KEY).
#pragma once

#include <string>
#include <string_view>

#include "cli/decorations.h"
#include "vstore/store.h"

namespace vstore::cli {

/// The format with all placeholders replaced; what is none stays as it is. Colours come from `out`.
std::string expand_placeholders(std::string_view format, const Id& id, const Commit& commit,
                                const Snapshot& snapshot, const Decorations& decorations, const Output& out);

/// The first paragraph as one line, as git means "subject".
std::string subject_line(std::string_view message);

}  // namespace vstore::cli
