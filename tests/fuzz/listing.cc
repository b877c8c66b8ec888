// A directory's listing in the stat cache.
#include <algorithm>

#include "fuzz/fuzz.h"
#include "workspace/listing_cache.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  os::DirNames names;
  if (!decode_listing_names({data, size}, names)) return 0;
  const Bytes again = encode_listing({}, names);
  REQUIRE_THAT(std::ranges::equal(ByteView(again).subspan(listing_stat_size), ByteView(data, size)));
  names.sort_as_keys();
  return 0;
}
