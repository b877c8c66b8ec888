// The canonical JSON of a tag.
#include "fuzz/fuzz.h"
#include "vstore/object.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::check_canonical_text({data, size}, decode_tag);
  return 0;
}
