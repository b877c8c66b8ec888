// workspace/wildmatch.h - git's glob language: `*`, `?`, `[...]` with classes, `**`, backslash escapes.
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

/// Length of the pattern's beginning that has no special character (`*`, `?`, `[`, backslash).
std::size_t literal_length(std::string_view pattern) noexcept;

}  // namespace vstore
