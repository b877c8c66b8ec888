#include "cli/editor.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "cli/context.h"
#include "cli/files.h"
#include "cli/spawn.h"
#include "cli/terminal.h"
#include "vstore/error.h"

namespace vstore::cli {
namespace {

std::string editor_command(Context& context) {
  for (const char* name : {"VSTORE_EDITOR"}) {
    if (const char* value = std::getenv(name); value && *value) return value;
  }
  if (const auto value = context.config("core.editor"); value && !value->empty()) return *value;
  const char* term = std::getenv("TERM");
  const bool dumb = !term || std::string_view(term) == "dumb";
  if (const char* value = std::getenv("VISUAL"); value && *value && !dumb) return value;
  if (const char* value = std::getenv("EDITOR"); value && *value) return value;
  if (dumb || !is_terminal(0)) {
    throw Error(ErrorCode::usage, "no message given, and no editor to ask for one",
                "give the message with -m or -F, or set EDITOR");
  }
  return "vi";
}

/// Ctrl-C belongs to the editor while it runs.
class IgnoreInterrupt {
 public:
  IgnoreInterrupt() : before_(std::signal(SIGINT, SIG_IGN)) {}
  ~IgnoreInterrupt() { std::signal(SIGINT, before_); }

 private:
  void (*before_)(int);
};

}  // namespace

std::string edit_text(Context& context, const std::string& path, const std::string& initial) {
  const std::string command = editor_command(context);
  write_text_file(path, initial);
  const IgnoreInterrupt ignore;
  const int code = wait_for(spawn(shell_words(command, {path})));
  if (code != 0) {
    throw Error(ErrorCode::refused, "the editor '" + command + "' failed with exit code " + std::to_string(code),
                "give the message with -m or -F instead");
  }
  return read_text_file(path);
}

std::string clean_message(const std::string& text, bool strip_comments) {
  std::string result;
  std::size_t empty_lines = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (strip_comments && !line.empty() && line[0] == '#') continue;
    line.erase(line.find_last_not_of(" \t\r\v\f") + 1);
    if (line.empty()) {
      ++empty_lines;
      continue;
    }
    if (empty_lines != 0 && !result.empty()) result += '\n';
    empty_lines = 0;
    result += line + '\n';
  }
  return result;
}

}  // namespace vstore::cli
