// cli/collecting.h - the collector as the command line runs it: by hand, or after a command that wrote.
#pragma once

#include <optional>
#include <string>

#include "vstore/gc.h"

namespace vstore::cli {

class Context;

/// Options with what the configuration says on how long operations are kept, or `prune` if given: "now", "never"
/// or a date. Throws Error(usage) for a bad date.
GcOptions collect_options(Context& context, const std::optional<std::string>& prune);

/// True if gc.auto is set and so many changes were published since the last collection.
bool collection_is_due(Context& context);

/// What a command that wrote does last: folds small packs and, if that is due, collects. Never fails: what the
/// command did is done.
void tidy_after_write(Context& context);

}  // namespace vstore::cli
