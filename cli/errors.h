// cli/errors.h - the one place where an error becomes words, a hint and an exit code.
//
//   vstore: cannot read 'data/a.csv': Permission denied
//   hint: ...
//
// Exit codes: 0 done; 1 a negative answer; 2 wrong usage; 3 the store is damaged; 4 a lost race; 5 input or
// output failed; 6 a remote failed; 130 interrupted; 141 nobody reads our output.
#pragma once

#include <string_view>

#include "vstore/error.h"

namespace vstore::cli {

int exit_code(ErrorCode code);

/// Prints the exception that is being handled and returns the exit code. Call it in a catch block.
int report_current_exception() noexcept;

/// `vstore: warning: text` on standard error, once: a text that was printed before is left out.
void warn(std::string_view text);

}  // namespace vstore::cli
