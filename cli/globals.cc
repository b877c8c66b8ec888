#include "cli/globals.h"

#include <unistd.h>

#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore::cli {

void declare_globals(Args& args, Globals& globals) {
  args.stop_at_positional();
  args.option("-C", "DIR", globals.directories, "run as if started in DIR; repeatable");
  args.option("--store", "PATH", globals.options.store,
              "use this store (or workspace, or its .vstore) instead of looking for one");
  args.flag("--no-pager", globals.options.no_pager, "do not send long output through a pager");
  args.optional_value("--color", "WHEN", "always", globals.colour, "colours: auto, always or never");
  args.option("--as-of", "DATE", globals.options.as_of, "commands that read: the same as --as-of after the command");
  args.option("--at-op", "OPERATION", globals.options.at_op, "commands that read: the same as --at-op after the command");
  args.flag("--json", globals.json, "the same as --json after the command");
  args.flag("--version", globals.version, "print the version");
}

When parse_when(const std::string& text) {
  if (text == "auto") return When::automatic;
  if (text == "always") return When::always;
  if (text == "never") return When::never;
  throw Error(ErrorCode::usage, "'" + escape_for_terminal(text) + "' is not one of auto, always, never");
}

void apply_globals(Globals& globals) {
  for (const std::string& directory : globals.directories) {
    if (!directory.empty() && ::chdir(directory.c_str()) != 0) throw_errno("change to", directory);
  }
  if (globals.colour) globals.options.colour = parse_when(*globals.colour);
}

}  // namespace vstore::cli
