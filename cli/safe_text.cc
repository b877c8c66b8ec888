#include "cli/safe_text.h"

#include "cli/terminal.h"
#include "vstore/names.h"

namespace vstore::cli {

bool writes_to_terminal() {
  static const bool terminal = is_terminal(1);
  return terminal;
}

std::string safe_text(std::string_view text) {
  if (!writes_to_terminal()) return std::string(text);
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\t\n");
    safe += escape_for_terminal(text.substr(0, end));
    if (end == text.npos) break;
    safe += text[end];
    text.remove_prefix(end + 1);
  }
  return safe;
}

}  // namespace vstore::cli
