#include "vstore/names.h"

#include <doctest/doctest.h>

#include <string>

#include "vstore/error.h"

using namespace vstore;
using namespace std::string_literals;

namespace {

bool good_ref(std::string_view name) { return ref_name_problem(name).empty(); }
bool good_path(std::string_view path) { return path_problem(path).empty(); }

}  // namespace

TEST_CASE("ref names: git's rules") {
  for (const char* name : {"refs/heads/main", "refs/tags/v1.0", "workspaces/0a1b/HEAD", "HEAD", "a", "a/b-c",
                           "a/@", "@a", "a@b", "x{y", "a.b", "f\xc3\xbc/x", "caf\xe9", "a/b.lock.c"}) {
    CAPTURE(name);
    CHECK(ref_name_problem(name) == "");
  }
  for (const char* name : {"",       "@",        "/a",   "a/",   "a//b",          ".a",  "a/.b", "a..b", "a.",
                           "a.lock", "a.lock/b", "a b",  "a\tb", "a\x7f",         "a~1", "a^",   "a:b",  "a?",
                           "a*",     "a[b",      "a\\b", "a@{b", "refs/heads/-x", "-a",  "a\nb"}) {
    CAPTURE(name);
    CHECK(!good_ref(name));
  }
  CHECK(!good_ref("a\0b"s));
}

TEST_CASE("a bad ref name is a usage error that names it, safely for terminals") {
  try {
    check_ref_name("a\x1b b");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    CHECK(std::string(error.what()).starts_with("'a\\033 b' is not a valid ref name: "));
  }
  CHECK_NOTHROW(check_ref_name("refs/heads/main"));
}

TEST_CASE("paths: what may stand in a snapshot") {
  for (const char* path : {"a",        "a/b",    "a/b/",     "...",          "a/..b", ".vstoreignore",
                           ".vstor",   "vstore", "x.vstore", "vstore/x",     "a b",   "line\nbreak",
                           "\xff\xfe", "-x",     "vstore~",  "vstore~0",     ".git",  "vsxyzw~1",
                           "a\\b",     "a:b",    ".vstore2", "\xe2\x80\x8b", ".v",    "v",
                           "vs"}) {
    CAPTURE(path);
    CHECK(path_problem(path) == "");
  }
  for (const char* path : {"", "/", "/a", "//", "a//b", "a//", ".", "..", "./a", "a/.", "a/./b", "../a",
                           "a/..", "a/../b", "a/../"}) {
    CAPTURE(path);
    CHECK(!good_path(path));
  }
  CHECK(!good_path("a\0b"s));
}

TEST_CASE("paths: limits of length") {
  const std::string longest(255, 'x');
  CHECK(good_path("a/" + longest + "/b"));
  CHECK(!good_path("a/" + longest + "x/b"));
  std::string deep;
  while (deep.size() < 4096) deep += "abc/";
  CHECK(good_path(deep.substr(0, 4095)));
  CHECK(!good_path(deep));
}

TEST_CASE("paths: the metadata directory in any disguise") {
  for (const char* name : {
           ".vstore",
           ".VSTORE",
           ".vStOrE",  // case
           ".vstore.",
           ".vstore ",
           ".vstore. . .",  // NTFS and FAT drop these
           ".vstore::$INDEX_ALLOCATION",
           ".vstore:x",
           ".vstore ..:x",  // NTFS streams
           "vstore~1",
           "VSTORE~1",
           "vstore~9",
           "vstore~1.",
           "vsa0b1~1",  // 8.3 names
           ".v\xe2\x80\x8cstore",
           "\xef\xbb\xbf.vstore",
           ".vstore\xe2\x80\x8f",
           "\xe2\x80\xaa.vs\xe2\x81\xaatore",
           ".vst\xc2\xadore",
           ".v\xf3\xa0\x80\x81store",
           ".v\xef\xb8\x8fstore",  // ignorable code points
           ".v\xc5\xbftore",
           ".v\xef\xac\x85ore",
           ".V\xef\xac\x86"
           "ore",  // what folds to s and st
           "x\\.vstore",
           ".vstore\\config",
           "a\\.VSTORE.\\b",  // Windows separators
       }) {
    CAPTURE(name);
    CHECK(!good_path(name));
    CHECK(!good_path(name + "/config"s));
    CHECK(!good_path("data/"s + name));
    CHECK(!good_path(name + "/"s));
  }
}

TEST_CASE("text for terminals keeps characters and escapes what a terminal could obey") {
  CHECK(escape_for_terminal("plain \xc3\xa4\xe2\x82\xac \"quoted\" back\\slash") ==
        "plain \xc3\xa4\xe2\x82\xac \"quoted\" back\\slash");
  CHECK(escape_for_terminal("a\x1b[31m\n\x7f") == "a\\033[31m\\012\\177");
  CHECK(escape_for_terminal("\xff\xc3") == "\\377\\303");
  CHECK(escape_for_terminal("\xc2\x9b"
                            "31m") == "\\302\\23331m");  // CSI as one C1 character
  CHECK(escape_for_terminal("\0"s) == "\\000");
  CHECK(escape_for_terminal("") == "");
}

TEST_CASE("paths are quoted as git does with core.quotePath=false") {
  CHECK(quote_path("data/caf\xc3\xa9 x.csv") == "data/caf\xc3\xa9 x.csv");
  CHECK(quote_path("") == "");
  CHECK(quote_path("a\tb\nc\"d\\e") == R"("a\tb\nc\"d\\e")");
  CHECK(quote_path("\a\b\v\f\r") == R"("\a\b\v\f\r")");
  CHECK(quote_path("\x01\x7f") == R"("\001\177")");
  CHECK(quote_path("caf\xe9") == R"("caf\351")");
}
