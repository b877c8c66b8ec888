// The quick look at names against the rules it stands for.
#include "base/name_scan.h"

#include <doctest/doctest.h>

#include <string>

#include "support/random.h"
#include "vstore/names.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// The definition, byte by byte.
bool plain_scan(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0 || byte >= 0x80 || byte == '\\' || byte == '~') return true;
    if (i > 0 && text[i - 1] == '/' && (byte == '.' || byte == '/')) return true;
  }
  return false;
}

std::string random_text(Random& random, std::string_view alphabet, std::size_t size) {
  std::string text;
  while (text.size() < size) text += alphabet[random.below(alphabet.size())];
  return text;
}

}  // namespace

TEST_CASE("each single byte, and each pair across the ends of what is looked at in one step") {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::size_t at : {0u, 1u, 15u, 16u, 17u, 31u, 40u}) {
      std::string text(41, 'x');
      text[at] = static_cast<char>(byte);
      CAPTURE(byte);
      CAPTURE(at);
      REQUIRE(has_unusual_bytes(text) == plain_scan(text));
      if (at > 0) text[at - 1] = '/';
      REQUIRE(has_unusual_bytes(text) == plain_scan(text));
      REQUIRE(has_unusual_bytes(text.substr(0, at + 1)) == plain_scan(text.substr(0, at + 1)));
    }
  }
  CHECK(!has_unusual_bytes(""));
}

TEST_CASE("random texts: the fast scan is the plain one") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  for (int i = 0; i < 20000; ++i) {
    const std::string text =
        random_text(random, i % 2 == 0 ? "abcdefgh/" : "abcdefghijklmnopqrstuvw./", random.below(70));
    REQUIRE(has_unusual_bytes(text) == plain_scan(text));
  }
}

TEST_CASE("an ordinary path breaks no rule, and ordinary names are ordinary") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  const std::string alphabet = std::string("../.vVsStore~1:\\ x\xc5\xbf\xe2\x80\x8c", 24) + '\0';
  int ordinary = 0;
  for (int i = 0; i < 300'000; ++i) {
    const std::string path = random_text(random, alphabet, 1 + random.below(9));
    if (!is_ordinary_path(path)) continue;
    ++ordinary;
    CAPTURE(path);
    REQUIRE(path_problem(path) == "");
  }
  CHECK(ordinary > 1000);
  for (const char* path : {"a", "data/2024/part-00017.parquet", "a.b/c..d/", "README.md", "x/vstore"})
    CHECK(is_ordinary_path(path));
  for (const char* path : {"", "x", ".", "a/"}) {
    CHECK(!is_ordinary_path(std::string(256, 'a') + path));
  }
  for (const char* path :
       {".vstore", "a/.vstore", ".v\xc5\xbftore", "vstore~1", "a\\.vstore", "..", "a//b", "/a"}) {
    CHECK(!is_ordinary_path(path));
  }
}
