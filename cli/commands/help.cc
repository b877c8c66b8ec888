#include "cli/command.h"
#include "cli/globals.h"
#include "cli/help_text.h"
#include "cli/spawn.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Help final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Show the manual page of a command, or its built-in help where no manual is installed; without "
        "COMMAND, list all commands.");
    args.flag("-a,--all", all_, "list all commands, one name a line");
    args.positionals("COMMAND", topic_, {.max = 1});
  }

  int run(Context& context) override {
    if (all_) return list_names(context.out());
    if (topic_.empty()) {
      Globals globals;
      Args args("");
      declare_globals(args, globals);
      args.declare_help();
      context.out().print(overview(args));
      return 0;
    }
    const CommandInfo* info = find_command(topic_[0]);
    if (!info) {
      throw Error(ErrorCode::not_found, "no help on '" + escape_for_terminal(topic_[0]) + "'", "'vstore help' lists the commands");
    }
    return show_manual(*info) ? 0 : print_help(context, *info);
  }

  static int list_names(Output& out) {
    for (const CommandInfo& info : all_commands()) out.print(info.name, "\n");
    return 0;
  }

  /// The page through man(1), on a terminal where both are installed.
  static bool show_manual(const CommandInfo& info) {
    if (!is_terminal(1) || !on_path("man")) return false;
    const std::string page = "vstore-" + std::string(info.name);
    if (wait_for(spawn(shell_words("man -w " + page + " >/dev/null 2>&1"))) != 0) return false;
    return wait_for(spawn({"man", page})) == 0;
  }

  static int print_help(Context& context, const CommandInfo& info) {
    Args args{std::string(info.name)};
    const std::unique_ptr<Command> command = info.make();
    GlobalOptions unused;
    declare_options(info, *command, args, unused);
    args.declare_help();
    context.page();
    context.out().print(command_help(info, args, true));
    return 0;
  }

  bool all_ = false;
  std::vector<std::string> topic_;
};

}  // namespace

std::unique_ptr<Command> make_help() { return std::make_unique<Help>(); }

}  // namespace vstore::cli
