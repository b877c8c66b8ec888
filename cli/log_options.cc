#include "cli/log_options.h"

#include "cli/context.h"
#include "cli/safe_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// Whether a format has %d, %D or %(decorate), with a sign or without.
bool names_refs(std::string_view format) {
  for (const std::string_view placeholder : {"%d", "%D", "%+d", "%-d", "% d", "%+D", "%-D", "% D", "%(decorate"}) {
    if (format.find(placeholder) != format.npos) return true;
  }
  return false;
}

}  // namespace


void LogFormatOptions::declare(Args& args) {
  args.flag("--oneline", oneline, "each commit in one line");
  args.option("--pretty,--format", "FORMAT", pretty,
              "oneline, short, medium (the default), full, fuller, or a text with placeholders such as '%h %an %s'");
  args.flag("--abbrev-commit", abbreviate, "short ids");
  args.optional_value("--decorate", "MODE", "short", decorate,
                      "show branches and tags at commits: short, full, no, or auto (on a terminal; the default)");
  args.flag("--no-decorate", no_decorate, "the same as --decorate=no");
  diff.declare(args);
}

LogOutputOptions LogFormatOptions::output_options() {
  diff.settle();
  LogOutputOptions options;
  if (oneline) options.format = CommitFormat::parse("oneline");
  if (pretty) options.format = CommitFormat::parse(*pretty);
  options.format.abbreviate = oneline || abbreviate;
  options.diff = diff;
  options.width = writes_to_terminal() ? terminal_width() : 80;
  return options;
}

Decorations LogFormatOptions::decorations(Context& context, const Snapshot& snapshot, bool json) const {
  const std::string mode = no_decorate ? "no" : decorate.value_or("auto");
  if (mode != "short" && mode != "full" && mode != "no" && mode != "auto") {
    throw Error(ErrorCode::usage, "unknown mode '" + escape_for_terminal(mode) + "' for --decorate",
                "modes are short, full, auto and no");
  }
  const bool in_format = pretty && names_refs(*pretty);
  const bool wanted = json || in_format || (mode == "auto" ? writes_to_terminal() : mode != "no");
  return wanted ? Decorations(snapshot, context.revisions(), mode == "full") : Decorations();
}

}  // namespace vstore::cli
