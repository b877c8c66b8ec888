#include "vstore/dirstat.h"

#include <doctest/doctest.h>

using namespace vstore;

namespace {

std::string shares(std::vector<FileDamage> files, unsigned least, bool cumulative) {
  std::string text;
  for (const DirectoryShare& share : directory_shares(std::move(files), least, cumulative)) {
    text += share.directory + " " + std::to_string(share.permille) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("inner directories first; what was listed counts once, or again") {
  const std::vector<FileDamage> files = {
      {"top", 10}, {"a/x", 20}, {"a/b/y", 50}, {"a/b/z", 10}, {"c/only/w", 10}};
  CHECK(shares(files, 30, false) == "a/b/ 600\na/ 200\nc/only/ 100\n");
  CHECK(shares(files, 30, true) == "a/b/ 600\na/ 800\nc/only/ 100\n");
  CHECK(shares(files, 300, false) == "a/b/ 600\n");
  CHECK(shares(files, 700, false) == "a/ 800\n");
}

TEST_CASE("a directory that is all of another is not named again; nothing damaged, nothing to say") {
  CHECK(shares({{"a/b/c/x", 1}}, 0, true) == "a/b/c/ 1000\n");
  CHECK(shares({{"a/x", 0}}, 0, false).empty());
  CHECK(shares({}, 0, false).empty());
  CHECK(shares({{"a/x", UINT64_MAX / 2}, {"b/x", UINT64_MAX / 2}}, 0, false) == "a/ 500\nb/ 500\n");
}
