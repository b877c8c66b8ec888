// cli/globals.h - the options that stand before the command.
#pragma once

#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/context.h"

namespace vstore::cli {

/// Bound to the global options by declare_globals().
struct Globals {
  GlobalOptions options;
  std::vector<std::string> directories;  ///< -C, in order
  std::optional<std::string> colour;
  bool version = false;
  bool json = false;                     ///< handed on to the command
};

void declare_globals(Args& args, Globals& globals);
/// Changes directory and checks values.
void apply_globals(Globals& globals);
/// "always", "auto" (or nothing), "never"; throws Error(usage).
When parse_when(const std::string& text);

}  // namespace vstore::cli
