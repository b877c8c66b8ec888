#include "cli/help_text.h"

#include <algorithm>

#include "cli/command.h"

namespace vstore::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kColumn = 30;

/// "-m, --message TEXT", "--color[=WHEN]"
std::string left_side(const OptionInfo& option) {
  std::string text = option.names.front().size() > 2 ? "    " : "";
  for (const std::string& name : option.names) text += (&name == &option.names.front() ? "" : ", ") + name;
  if (option.value_optional) {
    text += "[=" + option.value_name + "]";
  } else if (!option.value_name.empty()) {
    text += " " + option.value_name;
  }
  return text;
}

std::string row(const std::string& left, const std::string& help, std::size_t column) {
  std::string line = "  " + left;
  line += line.size() + 2 > column ? "\n" + std::string(column, ' ') : std::string(column - line.size(), ' ');
  return line + wrapped(help, kWidth - column, column) + "\n";
}

std::string option_rows(const Args& args) {
  std::string text;
  for (const OptionInfo& option : args.options()) text += row(left_side(option), option.help, kColumn);
  return text;
}

}  // namespace

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  std::string result;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (column != 0 && column + 1 + (end - at) > width) {
      result += "\n" + std::string(indent, ' ');
      column = 0;
    } else if (column != 0) {
      result += ' ';
      ++column;
    }
    result.append(text, at, end - at);
    column += end - at;
    at = end + 1;
  }
  return result;
}

std::string command_help(const CommandInfo& info, const Args& args, bool from_help) {
  std::vector<std::string> usage = args.usage_lines();
  if (usage.empty()) {
    std::string line = std::string(info.name) + " [OPTION]...";
    if (const std::string rest = args.positionals_synopsis(); !rest.empty()) line += " " + rest;
    usage.push_back(line);
  }
  std::string text;
  for (const std::string& line : usage) text += (text.empty() ? "usage: vstore " : "       vstore ") + line + "\n";
  const std::string description = args.description().empty() ? std::string(info.summary) : args.description();
  text += "\n" + wrapped(description, kWidth, 0) + "\n\noptions:\n" + option_rows(args);
  if (!from_help) text += "\nThe manual: vstore help " + std::string(info.name) + "\n";
  return text;
}

std::string overview(const Args& globals) {
  std::string text = "usage: vstore [OPTION]... COMMAND [ARGUMENT]...\n\nVersion control for datasets.\n";
  const std::vector<CommandInfo>& commands = all_commands();
  for (auto at = commands.begin(); at != commands.end(); ++at) {
    if (at == commands.begin() || at->group != (at - 1)->group) text += "\n" + std::string(title(at->group)) + "\n";
    text += row(std::string(at->name), std::string(at->summary), 18);
  }
  text += "\noptions before the command\n" + option_rows(globals);
  return text + "\nMore on a command: vstore COMMAND --help, vstore help COMMAND\n";
}

}  // namespace vstore::cli
