// cli/terminal.h - what standard output and standard error are connected to.
#pragma once

#include <string_view>

namespace vstore::cli {

/// Opens /dev/null on descriptors 0 to 2 that are closed, so that no data file ever becomes "standard
/// output" by accident. Returns false if standard output was among them.
bool guard_standard_descriptors();

bool is_terminal(int fd);
/// Columns of the terminal on standard output or error; $COLUMNS, else 80.
int terminal_width();

enum class When { automatic, always, never };

/// Whether to colour what goes to `fd`: `when`, then NO_COLOR, TERM=dumb and whether it is a terminal.
bool wants_colour(When when, int fd);

}  // namespace vstore::cli
