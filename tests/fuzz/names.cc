// Names of refs and paths, and how they are shown: nothing that a terminal would obey comes out.
#include <algorithm>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "vstore/names.h"

using namespace vstore;

namespace {

bool is_harmless(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  REQUIRE_THAT(is_harmless(quote_path(text)));
  REQUIRE_THAT(is_harmless(ref_name_problem(text)) && is_harmless(path_problem(text)));
  REQUIRE_THAT(test::accepts([&] { check_ref_name(text); }) == ref_name_problem(text).empty());
  if (path_problem(text).empty()) {
    REQUIRE_THAT(size > 0 && size <= 4095 && text.front() != '/' && text.find('\0') == std::string_view::npos);
    REQUIRE_THAT(("/" + std::string(text) + "/").find("/../") == std::string::npos);
  }
  escape_for_terminal(text);
  return 0;
}
