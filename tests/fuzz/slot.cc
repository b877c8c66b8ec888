// A root slot, as it is and with its checksum made to fit.
#include <algorithm>
#include <cstring>

#include "fuzz/fuzz.h"
#include "store/root.h"

using namespace vstore;

namespace {

void check(ByteView bytes) {
  test::accepts([&] {
    const auto slot = decode_slot(bytes);
    REQUIRE_THAT(!slot || std::ranges::equal(encode(*slot), bytes));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size});
  Bytes bytes(data, data + size);
  bytes.resize(slot_size);
  const Id checksum = hash_root(ByteView(bytes).first(slot_size - 32));
  std::memcpy(bytes.data() + slot_size - 32, checksum.bytes.data(), 32);
  check(bytes);
  return 0;
}
