// history/wildmatch.h - git's glob language: `*`, `?`, `[...]` with classes, `**`, backslash escapes.
#pragma once

#include <cstdint>
#include <string_view>

namespace vstore {

enum class Wild : std::uint8_t {
  any,       ///< `*` and `?` match '/' too (pathspecs)
  pathname,  ///< they do not; `**/`, `/**` and `/**/` match across directories (ignore files)
};

/// True if the whole text matches the pattern. A malformed set ("[a") matches nothing.
bool wildmatch(std::string_view pattern, std::string_view text, Wild mode);

/// True if `path` is what a user selects with `spec`: equal to it, below it, or matched by it as a pattern (which
/// crosses '/'), itself or a directory above it. No trailing '/' in either.
bool pathspec_matches(std::string_view spec, std::string_view path);

/// Length of the pattern's beginning that has no special character (`*`, `?`, `[`, backslash).
std::size_t literal_length(std::string_view pattern) noexcept;

}  // namespace vstore
