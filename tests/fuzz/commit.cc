// The canonical JSON of a commit.
#include "fuzz/fuzz.h"
#include "vstore/object.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::check_canonical_text({data, size}, decode_commit);
  return 0;
}
