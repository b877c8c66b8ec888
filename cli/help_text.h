// cli/help_text.h - the texts of `vstore help` and `vstore COMMAND --help`, made from the declarations.
#pragma once

#include <string>

namespace vstore::cli {

class Args;
struct CommandInfo;

/// Usage, description and options of one command; and where its manual is, unless `from_help`.
std::string command_help(const CommandInfo& info, const Args& args, bool from_help = false);
/// All commands by group, and the global options.
std::string overview(const Args& globals);

/// `text` in lines of at most `width` columns, each but the first indented.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

}  // namespace vstore::cli
