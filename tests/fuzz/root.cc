// A root blob.
#include <algorithm>

#include "fuzz/fuzz.h"
#include "store/root.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  test::accepts([&] { REQUIRE_THAT(std::ranges::equal(encode(decode_root(bytes)), bytes)); });
  return 0;
}
