// cli/similar.h - "did you mean ...?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vstore::cli {

/// Number of single-character edits (insert, delete, replace, swap neighbours) from one word to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or empty if none is near enough to be a slip of the fingers.
std::string most_similar(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace vstore::cli
