// cli/word_text.h - hunks with the words that changed marked, in place of lines: --word-diff.
#pragma once

#include <string>

#include "cli/output.h"
#include "vstore/linediff.h"
#include "vstore/worddiff.h"

namespace vstore::cli {

enum class WordStyle {
  none,
  plain,      ///< [-old-]{+new+}
  colour,     ///< by colour alone
  porcelain,  ///< a piece a line, with its tag; '~' alone for a new line
};

/// The lines of a hunk. `out` lends its colours.
std::string word_text(const Hunk& hunk, const WordDiff& words, WordStyle style, const Output& out);

}  // namespace vstore::cli
