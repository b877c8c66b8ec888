// tests/support/long_path.h - paths near the longest that may be.
#pragma once

#include <string>

namespace vstore::test {

/// `begin`, filled up with `fill` to `size` bytes, in components that are not too long.
inline std::string long_path(std::string begin, std::size_t size, char fill = 'x') {
  begin.reserve(size);
  while (begin.size() < size) begin += begin.size() % 200 == 199 && begin.size() + 1 < size ? '/' : fill;
  return begin;
}

}  // namespace vstore::test
