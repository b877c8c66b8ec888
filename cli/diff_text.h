// cli/diff_text.h - one change as a patch, in git's form: a header, then hunks of text or a line about bytes.
#pragma once

#include <string>

#include "cli/change_contents.h"
#include "cli/output.h"

namespace vstore::cli {

/// Texts of more than 64 MiB on a side are summed up like binary files. `out` only lends its colours.
std::string patch_text(const Change& change, const ChangeContents& contents, unsigned context, const Output& out);

/// "100644", "100755", "120000", "040000".
std::string_view mode_of(Kind kind);

}  // namespace vstore::cli
