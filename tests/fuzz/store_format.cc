// The file that says what a store is.
#include "fuzz/fuzz.h"
#include "store/format.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::check_canonical_text({data, size}, [](std::string_view text) { return decode_store_format(text, "f"); });
  return 0;
}
