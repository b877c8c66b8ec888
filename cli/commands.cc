// The table of commands. Each row's factory stands in commands/NAME.cc.
#include "cli/command.h"

namespace vstore::cli {

std::unique_ptr<Command> make_version();

const std::vector<CommandInfo>& all_commands() {
  static const std::vector<CommandInfo> table = {
      // start a workspace

      // change the next version

      // examine versions

      // branch and mark

      // low-level

      // about vstore
      {"version", Group::about, "print the version of vstore", make_version},
  };
  return table;
}

const CommandInfo* find_command(std::string_view name) {
  for (const CommandInfo& info : all_commands()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::string_view title(Group group) {
  switch (group) {
    case Group::start: return "start a workspace";
    case Group::change: return "change the next version";
    case Group::examine: return "examine versions";
    case Group::branch: return "branch, mark and move between versions";
    case Group::low_level: return "low-level";
    case Group::about: return "about vstore";
  }
  return "";
}

}  // namespace vstore::cli
