// An ignore file, after a NUL; before it paths, one a line. The buckets that a file's patterns are sorted into must
// not change the answer: it is that of the last line that has one, read alone.
#include <optional>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"
#include "workspace/ignore_file.h"

using namespace vstore;

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const std::size_t middle = std::min(text.find('\0'), text.size());
  std::string_view rules = text.substr(std::min(middle + 1, text.size()));
  const IgnoreFile whole(rules, "");
  if (rules.starts_with("\xef\xbb\xbf")) rules.remove_prefix(3);
  std::vector<IgnoreFile> alone;
  for (const std::string& line : lines_of(rules)) alone.emplace_back("\n" + line, "");  // no mark at the beginning
  for (const std::string& path : lines_of(text.substr(0, middle))) {
    if (path.empty() || path.back() == '/') continue;
    for (const bool is_directory : {false, true}) {
      std::optional<bool> expected;
      for (const IgnoreFile& one : alone) {
        if (const auto answer = one.decide(path, is_directory)) expected = answer;
      }
      REQUIRE_THAT(whole.decide(path, is_directory) == expected);
    }
  }
  return 0;
}
