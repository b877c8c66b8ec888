// One stored frame. The first byte says the codec and whether it has a base, the next three the size it claims.
#include <vector>

#include "fuzz/fuzz.h"
#include "pack/frame.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::size_t claimed = data[1] | data[2] << 8 | (data[3] & 0x0fu) << 16;
  const Bytes base((data[0] & 2) != 0 ? 1000 : 0, 'b');
  Bytes out(claimed);
  test::accepts([&] { decode_frame(static_cast<Codec>(data[0] & 1), {data + 4, size - 4}, base, out); });
  return 0;
}
