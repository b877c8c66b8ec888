// Dates and times as people type them.
#include "fuzz/fuzz.h"
#include "history/time_parse.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  for (const Time now : {Time{1'700'000'000, 60}, Time{0, -720}}) {
    test::accepts([&] { parse_exact_time(text, now); });
    test::accepts([&] { parse_approximate_time(text, now); });
  }
  return 0;
}
