// cli/command.h - what a command is, and how to add one.
//
// A command is a class in a file of its own, commands/NAME.cc:
//
//   namespace vstore::cli {
//   namespace {
//
//   class Greet final : public Command {
//     void declare(Args& args) override {
//       args.describe("Say hello to somebody, or to everybody.");
//       args.flag("-l,--loud", loud_, "in capitals");
//       args.positionals("NAME", names_, {.max = 1});
//     }
//     int run(Context& context) override {
//       context.out().print(loud_ ? "HELLO " : "hello ", names_.empty() ? "all" : names_[0], "\n");
//       return 0;
//     }
//     bool loud_ = false;
//     std::vector<std::string> names_;
//   };
//
//   }  // namespace
//   std::unique_ptr<Command> make_greet() { return std::make_unique<Greet>(); }
//   }  // namespace vstore::cli
//
// Then: a line in the table of commands.cc, the file in CMakeLists.txt, a page docs/man/vstore-greet.1.scd,
// a test tests/cli/greet.bats, and docs/json.md if it has --json. Help, completion and the check of the
// manual come from the declarations.
//
// run() returns the exit code: 0, or 1 for a negative answer that needs no message. Everything else is
// thrown as vstore::Error (cli/errors.h says how it is printed). Output goes through context.out(), which
// is buffered and paged; it is flushed after run().
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "cli/args.h"
#include "cli/context.h"

namespace vstore::cli {

class Command {
 public:
  virtual ~Command() = default;
  /// Declares options and positionals, bound to members. Must not look at the world: help and
  /// completion call it too.
  virtual void declare(Args& args) = 0;
  virtual int run(Context& context) = 0;
};

/// The groups of `vstore help`, in order.
enum class Group { start, change, undo, examine, branch, script, care, low_level, about };

/// Whether a command can be asked about an earlier state of all refs (--as-of, --at-op).
enum class Looks { at_newest, at_any_time };

struct CommandInfo {
  std::string_view name;
  Group group;
  std::string_view summary;  ///< one line for `vstore help`, lower case, no full stop
  std::unique_ptr<Command> (*make)();
  Looks looks = Looks::at_newest;
};

/// The command's own options, and those that go with what it looks at, which are put into `globals`.
void declare_options(const CommandInfo& info, Command& command, Args& args, GlobalOptions& globals);

/// All commands, by group.
const std::vector<CommandInfo>& all_commands();
/// nullptr if there is none of that name.
const CommandInfo* find_command(std::string_view name);
std::string_view title(Group group);

}  // namespace vstore::cli
