#include "vstore/worddiff.h"

#include <doctest/doctest.h>

#include <random>

#include "support/seed.h"
#include "vstore/error.h"

using namespace vstore;
using vstore::test::test_seed;

namespace {

std::string text_of(std::string_view before, std::string_view after, const std::string& pattern = {}) {
  std::string text;
  for (const WordPiece& piece : WordDiff(pattern).compare(before, after)) {
    if (piece.tag == ' ')
      text += piece.text;
    else
      text += std::string(piece.tag == '-' ? "[-" : "{+") + std::string(piece.text) +
              (piece.tag == '-' ? "-]" : "+}");
  }
  return text;
}

}  // namespace

TEST_CASE("words between white space") {
  CHECK(text_of("one two three\n", "one 2 three\n") == "one [-two-]{+2+} three\n");
  CHECK(text_of("a b\n", "a  b\n") == "a  b\n");
  CHECK(text_of("a\nb\n", "a b c\n") == "a b {+c+}\n");
  CHECK(text_of("", "a\n") == "{+a+}\n");
  CHECK(text_of("a b\n", "") == "[-a b\n-]");
}

TEST_CASE("words by a pattern; what matches nothing is not compared") {
  CHECK(text_of("x=1;y=2\n", "x=1;y=3\n") == "[-x=1;y=2-]{+x=1;y=3+}\n");
  CHECK(text_of("x=1;y=2\n", "x=1;y=3\n", "[a-z0-9]+") == "x=1;y=[-2-]{+3+}\n");
  CHECK(text_of("x=1\n", "x:1\n", "[a-z0-9]+") == "x:1\n");
  CHECK(text_of("ab\n", "ac\n", ".") == "a[-b-]{+c+}\n");
  CHECK_THROWS_AS(WordDiff("("), Error);
}

TEST_CASE("without what is old, the pieces are the new text") {
  std::mt19937_64 random(test_seed());
  const auto make = [&] {
    std::string text;
    for (std::size_t n = random() % 30; n > 0; --n)
      text += std::string(1, "ab  \n\t"[random() % 6]) + (random() % 3 ? "" : "word");
    return text + "\n";
  };
  for (int round = 0; round < 500; ++round) {
    const std::string before = make(), after = make(), pattern = random() % 2 ? "" : "[a-z]";
    std::string rebuilt;
    for (const WordPiece& piece : WordDiff(pattern).compare(before, after)) {
      if (piece.tag != '-')
        rebuilt += piece.text;
      else
        CHECK(before.find(piece.text) != before.npos);
    }
    REQUIRE(rebuilt == after);
  }
}
