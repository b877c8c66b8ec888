// cli/log_options.h - how commits are shown: the options that log and show have in common.
#pragma once

#include <optional>
#include <string>

#include "cli/args.h"
#include "cli/log_output.h"

namespace vstore::cli {

class Context;

struct LogFormatOptions {
  bool oneline = false, abbreviate = false, no_decorate = false;
  std::optional<std::string> pretty, decorate;
  DiffOptions diff;

  void declare(Args& args);
  /// The declared options as LogOutput wants them; throws Error(usage).
  LogOutputOptions output_options();
  Decorations decorations(Context& context, const Snapshot& snapshot, bool json) const;
};

}  // namespace vstore::cli
