// cli/diff_text.h - one change as a patch, in git's form: a header, then hunks of text or a line about bytes.
#pragma once

#include <string>

#include "cli/change_contents.h"
#include "cli/output.h"
#include "cli/word_text.h"

namespace vstore::cli {

/// How a patch shows changed lines.
struct PatchOptions {
  LineDiffOptions lines;
  WordStyle word_style = WordStyle::none;
  const WordDiff* words = nullptr;  ///< needed unless the style is `none`
};

/// Of texts of more than 64 MiB on a side only the pieces that differ are read, if both are in the store. Empty if the
/// options say that nothing counts as changed. `out` only lends its colours.
std::string patch_text(const Change& change, const ChangeContents& contents, const PatchOptions& options, const Output& out);

/// "100644", "100755", "120000", "040000".
std::string_view mode_of(Kind kind);

}  // namespace vstore::cli
