#include "base/utf8.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using namespace vstore;

namespace {

std::string encoded(std::uint32_t c) {
  const auto byte = [](std::uint32_t v) { return static_cast<char>(v); };
  const auto tail = [&](int shift) { return byte(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xc0 | c >> 6), tail(0)};
  if (c < 0x10000) return {byte(0xe0 | c >> 12), tail(6), tail(0)};
  return {byte(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("every code point but the surrogates is well-formed, at its own length") {
  std::size_t wrong = 0;
  for (std::uint32_t c = 0; c <= 0x11ffff; ++c) {
    const std::string text = encoded(c);
    const bool valid = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    wrong += utf8_character(text + "x") != (valid ? text.size() : 0);
    wrong += is_utf8(text) != valid;
  }
  CHECK(wrong == 0);
}

TEST_CASE("exactly the code points' encodings are well-formed: all strings of three bytes") {
  // Counting is enough beside the test above: nothing well-formed may be missing from its list.
  std::uint32_t by_length[5] = {};
  for (std::uint32_t i = 0; i < 1u << 24; ++i) {
    const char text[3] = {static_cast<char>(i >> 16), static_cast<char>(i >> 8), static_cast<char>(i)};
    ++by_length[utf8_character({text, 3})];
  }
  CHECK(by_length[1] == 0x80u << 16);
  CHECK(by_length[2] == 0x780u << 8);
  CHECK(by_length[3] == 0x10000 - 0x800 - 0x800);
  CHECK(by_length[4] == 0);
}

TEST_CASE("ill-formed text is found wherever it stands") {
  for (const char* bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98"}) {
    for (std::size_t before = 0; before < 20; ++before) {
      CHECK(!is_utf8(std::string(before, 'a') + bad));
      CHECK(!is_utf8(std::string(before, 'a') + bad + "tail of the text"));
    }
  }
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain text, then \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 and more plain text"));
  CHECK(utf8_character("") == 0);
}
