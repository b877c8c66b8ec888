// The small forms of git's streams.
#include "exchange/git_text.h"

#include <doctest/doctest.h>

#include "support/error_code.h"

using namespace vstore;
using namespace vstore::test;
using namespace std::string_literals;

TEST_CASE("persons with times, there and back") {
  for (const std::string text :
       {"Ada Lovelace <ada@example.org> 1700000000 +0130", "<> 0 +0000", "A B C <x> -5 -0800"}) {
    const auto [who, time] = parse_signature(text);
    CHECK(signature(who, time) == text);
  }
  CHECK(parse_signature("A <a> 1 +0130").second.zone_minutes == 90);
  CHECK(parse_signature("A <a> 1 -0130").second.zone_minutes == -90);
  CHECK(parse_signature("A <a <b>> 1 +0000").first.email == "a b");
  CHECK(parse_signature("A\xe9 <a> 1 +9999").first.name == "A\u00e9");
  for (const char* bad :
       {"", "A", "A <a", "A a> 1 +0000", "A <a>", "A <a> x +0000", "A <a> 1", "A <a> 1 x"}) {
    CHECK(code_of([&] { parse_signature(bad); }) == ErrorCode::damaged);
  }
}

TEST_CASE("paths, there and back") {
  for (const std::string path : {"a/b c", "\"", "\\", "line\nfeed", "\x01\x7f\xff", "tab\t"}) {
    const std::string written = stream_path(path);
    CHECK(written.find('\n') == std::string::npos);
    std::string_view text = written;
    CHECK(take_path(text, false) == path);
    CHECK(text.empty());
  }
  std::string_view text = R"("a\t\303\274\"" rest)";
  CHECK(take_path(text, true) == "a\t\u00fc\"");
  CHECK(text == " rest");
  for (const char* bad : {"\"", "\"a", "\"a\\", "\"\\3"}) {
    CHECK(code_of([&] {
            std::string_view at = bad;
            take_path(at, false);
          }) == ErrorCode::damaged);
  }
}

TEST_CASE("text for metadata: UTF-8, no NUL") {
  CHECK(metadata_text("\u00e9\n") == "\u00e9\n");
  CHECK(metadata_text("caf\xe9") == "caf\u00e9");
  CHECK(metadata_text("a\0b"s) == "ab");
}
