// A configuration file. Each value that is read can be written so that it is read back the same.
#include "fuzz/fuzz.h"
#include "vstore/config.h"
#include "workspace/config_parser.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  test::accepts([&] {
    for (const ConfigItem& item : parse_config(text, "file")) {
      REQUIRE_THAT(item.begin <= item.end && item.end <= size);
      parse_bool(item.value);
      parse_size(item.value);
      if (item.value.find('\0') != std::string::npos) continue;
      const std::string line = "[a]\n\tk = " + quote_config_value(item.value) + "\n";
      REQUIRE_THAT(ConfigFile::parse(line, "line").get("a.k") == item.value);
    }
  });
  test::accepts([&] { REQUIRE_THAT(normalize_key(normalize_key(text)) == normalize_key(text)); });
  return 0;
}
