// base/utf8.h - what is well-formed UTF-8 (RFC 3629: shortest forms, no surrogates, up to U+10FFFF).
#pragma once

#include <cstddef>
#include <string_view>

namespace vstore {

/// Bytes of the well-formed character that `text` begins with: 1 to 4, or 0 if there is none.
std::size_t utf8_character(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

}  // namespace vstore
