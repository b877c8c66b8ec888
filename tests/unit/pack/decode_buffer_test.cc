#include "pack/decode_buffer.h"

#include <doctest/doctest.h>

#include <vector>

using namespace vstore;

TEST_CASE("a large buffer is used again once nobody holds it, for what fills at least a quarter of it") {
  auto first = decode_buffer(24u << 20);
  const std::uint8_t* const address = first.get();
  auto other = decode_buffer(24u << 20);
  CHECK(other.get() != address);
  auto held = first;
  first.reset();
  CHECK(decode_buffer(24u << 20).get() != address);  // and comes back to be used again
  held.reset();
  other.reset();
  std::vector<std::shared_ptr<std::uint8_t[]>> all;
  bool again = false;
  for (int i = 0; i < 2; ++i) {
    all.push_back(decode_buffer(21u << 20));
    again = again || all.back().get() == address;
  }
  CHECK(again);
  all.clear();
  const auto small = decode_buffer(1u << 20);  // not out of 24
  CHECK(small.get() != address);
}
