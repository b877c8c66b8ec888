// cli/editor.h - asking for a text with the user's editor.
#pragma once

#include <string>

namespace vstore::cli {

class Context;

/// Opens the user's editor (VSTORE_EDITOR, core.editor, VISUAL, EDITOR, vi) on `path` after writing
/// `initial` to it, and returns what was saved. Throws `refused` if the editor fails.
std::string edit_text(Context& context, const std::string& path, const std::string& initial);

/// A message as it is recorded: lines that begin with '#' gone (if `strip_comments`), spaces at the ends
/// of lines and empty lines at both ends gone, several empty lines in a row one, a newline at the end.
std::string clean_message(const std::string& text, bool strip_comments);

}  // namespace vstore::cli
