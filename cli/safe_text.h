// cli/safe_text.h - file contents and messages on their way to a terminal. A control byte in them could
// change the terminal's state or hide text; escapes show it instead. Files and pipes get the bytes as
// they are.
#pragma once

#include <string>
#include <string_view>

namespace vstore::cli {

/// True if standard output is a terminal, also when a pager was put in between since. Decided when first
/// asked: ask before Context::page().
bool writes_to_terminal();

/// `text`, with all control bytes but tab and newline escaped if it goes to a terminal.
std::string safe_text(std::string_view text);

}  // namespace vstore::cli
