// cli/status_text.h - the state of a workspace in words, as `vstore status` prints it; also shown by
// `vstore commit` when there is nothing to commit, and in its message template.
#pragma once

#include <string>
#include <vector>

#include "vstore/workspace.h"

namespace vstore::cli {

class Context;

struct StatusTextOptions {
  bool hints = true;
  bool untracked_shown = true;  ///< untracked files were looked for
};

/// The long format. Paths are relative to the current directory.
std::string long_status(Context& context, const Status& status, const StatusTextOptions& options = {});

/// quote_path(), also of a name with spaces, as git quotes in its short formats: " -> " then only separates names.
std::string quote_short(std::string_view path);

/// One line per entry, "XY path", without the trailing newline each.
std::string short_status_line(Context& context, const StatusEntry& entry);

/// Entries in the order in which git lists them: tracked, untracked, ignored.
std::vector<const StatusEntry*> in_listing_order(const Status& status);

/// "modified", "new file", ... for WorkChange.
std::string_view label(WorkChange change);

/// Prints what could not be read to standard error; returns the exit code that goes with it (0 if nothing).
int report_problems(Context& context, const char* verb, const std::vector<PathProblem>& problems);

}  // namespace vstore::cli
