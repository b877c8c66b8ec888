// base/hex.h - bytes as lower-case hex digits and back.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "vstore/bytes.h"

namespace vstore {

std::string to_hex(ByteView bytes);
/// Parses exactly 2 * out.size() digits of either case; false otherwise.
bool from_hex(std::string_view text, std::span<std::uint8_t> out) noexcept;
/// Value of one digit, or -1.
int hex_value(char c) noexcept;

}  // namespace vstore
