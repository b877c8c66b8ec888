#include "cli/dispatch.h"

#include <csignal>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/globals.h"
#include "cli/help_text.h"
#include "cli/similar.h"
#include "vstore/names.h"
#include "vstore/version.h"

namespace vstore::cli {
namespace {

using Words = std::vector<std::string>;

const CommandInfo& find_or_throw(const std::string& name) {
  if (const CommandInfo* info = find_command(name)) return *info;
  Words names;
  for (const CommandInfo& info : all_commands()) names.emplace_back(info.name);
  const std::string near = most_similar(name, names);
  throw Error(ErrorCode::usage, "'" + escape_for_terminal(name) + "' is not a vstore command",
              near.empty() ? "'vstore help' lists the commands" : "the most similar command is '" + near + "'");
}

int print_text(const std::string& text, int code) {
  Output out(1, false);
  out.print(text);
  out.flush();
  return code;
}

/// Hooks hear of what was done even if the command ends in an error.
int run_in(Context& context, Command& command) {
  try {
    const int code = command.run(context);
    context.finish();
    context.hooks().tell();
    return code;
  } catch (...) {
    context.hooks().tell();
    throw;
  }
}

/// Runs the command that `words` begins with.
int run_command(Globals& globals, const Words& words) {
  const CommandInfo& info = find_or_throw(words.front());
  if (info.looks != Looks::at_any_time && (globals.options.as_of || globals.options.at_op)) {
    throw Error(ErrorCode::usage, "'" + std::string(info.name) + "' does not go with --as-of and --at-op", "they are for commands that only read");
  }
  const std::unique_ptr<Command> command = info.make();
  Args args{std::string(info.name)};
  declare_options(info, *command, args, globals.options);
  Words rest(words.begin() + 1, words.end());
  if (globals.json) rest.insert(rest.begin(), "--json");
  if (!args.parse(std::move(rest))) return print_text(command_help(info, args), 0);

  try {
    Context context(globals.options, words);
    return run_in(context, *command);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::usage || !error.hint().empty()) throw;
    throw Error(ErrorCode::usage, error.what(),
                "'vstore " + std::string(info.name) + " --help' shows how it is used");
  }
}

/// The passes of one run: global options; the command's options; the command; flush.
int run_words(const Words& words) {
  Globals globals;
  Args args("");
  declare_globals(args, globals);
  if (!args.parse(words)) return print_text(overview(args), 0);
  if (globals.version) return print_text("vstore version " VSTORE_VERSION "\n", 0);
  if (args.rest().empty()) {
    print_error_line("vstore: no command given");
    print_error_line("hint: 'vstore help' lists the commands");
    return 2;
  }
  apply_globals(globals);
  return run_command(globals, args.rest());
}

}  // namespace

int run(int argc, char** argv) noexcept {
  try {
    guard_standard_descriptors();
    std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is an error of write(), with a message
    return run_words(Words(argv + 1, argv + argc));
  } catch (...) {
    return report_current_exception();
  }
}

}  // namespace vstore::cli
