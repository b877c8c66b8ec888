#include "workspace/path_match.h"

#include <doctest/doctest.h>

using namespace vstore;

namespace {

PathMatcher matcher(std::vector<std::string> specs) { return PathMatcher(PathSelection{std::move(specs)}); }
using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("literal specs select the path and what lies below") {
  auto m = matcher({"a/b", "c/"});
  CHECK(m.matches("a/b"));
  CHECK(m.matches("a/b/x"));
  CHECK(m.matches("c/x"));
  CHECK(m.matches("c/"));
  CHECK_FALSE(m.matches("a/bc"));
  CHECK_FALSE(m.matches("a"));
  CHECK(m.unmatched().empty());
  CHECK(m.may_match_below("a"));
  CHECK(m.may_match_below("a/b/c"));
  CHECK_FALSE(m.may_match_below("d"));
  CHECK_FALSE(m.may_match_below("ab"));
}

TEST_CASE("patterns cross '/', and match by a directory above") {
  auto m = matcher({"src/*.cc", "data[0-9]"});
  CHECK(m.matches("src/a.cc"));
  CHECK(m.matches("src/x/y.cc"));
  CHECK_FALSE(m.matches("a.cc"));
  CHECK(m.matches("data7/x/y"));
  CHECK_FALSE(m.matches("data/x"));
  CHECK(m.matches("src/*.cc"));  // a file of that very name
  CHECK(m.may_match_below("src/deep"));
}

TEST_CASE("an empty selection, and '.', mean everything") {
  auto all = matcher({});
  CHECK(all.matches("x"));
  CHECK(all.prefixes().empty());
  auto dot = matcher({"."});
  CHECK(dot.matches("x/y"));
  CHECK(dot.prefixes().empty());
}

TEST_CASE("prefixes are few, ascending, none below another") {
  CHECK(matcher({"a/x", "a-b", "a", "b/c", "./b/c/d"}).prefixes() == Strings{"a", "a-b", "b/c"});
  CHECK(matcher({"a/x", "a-b"}).prefixes() == Strings{"a-b", "a/x"});
  CHECK(matcher({"a/*.c", "a/b"}).prefixes() == Strings{"a"});
  CHECK(matcher({"*.c", "b"}).prefixes().empty());
}

TEST_CASE("specs that matched nothing are known") {
  auto m = matcher({"a", "b*"});
  m.matches("a/x");
  CHECK(m.unmatched() == Strings{"b*"});
}
