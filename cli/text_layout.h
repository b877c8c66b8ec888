// cli/text_layout.h - texts in columns: their width, cutting and wrapping them. Colours take no column.
#pragma once

#include <string>
#include <string_view>

namespace vstore::cli {

/// Columns of a text: characters of UTF-8, without colours.
std::size_t text_width(std::string_view text);
/// The text with the columns [from, from + count) replaced by "..".
std::string with_gap(std::string_view text, std::size_t from, std::size_t count);
/// Lines of at most `width` columns (0: as long as they are), the first behind `first` blanks, others behind
/// `others`. Paragraphs stay apart. As git's %w().
std::string wrapped(std::string_view text, std::size_t width, std::size_t first, std::size_t others);

}  // namespace vstore::cli
