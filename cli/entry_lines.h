// cli/entry_lines.h - entries of a version, one a line: what find and sample print.
#pragma once

#include "vstore/search.h"

namespace vstore::cli {

class Context;

struct EntryLineOptions {
  bool long_format = false;      ///< kind, size and id before the path
  bool null_terminated = false;  ///< and unquoted
  bool json = false;
};

void print_entry(Context& context, const FoundEntry& found, const EntryLineOptions& options);

}  // namespace vstore::cli
