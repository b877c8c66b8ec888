#include "vstore/config.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "unit/os/scratch.h"
#include "vstore/error.h"

using namespace vstore;
using vstore::test::Scratch;

namespace {

std::string get(std::string_view text, std::string_view key) {
  return ConfigFile::parse(text, "f").get(key).value_or("<none>");
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string message_of(std::string_view text) {
  try {
    ConfigFile::parse(text, "f");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("sections, sub-sections, names") {
  const char* text =
      "[Core]\n\tBigFile = 1\n[user \"A \\\"b\\\\ c.d\"] name=x\n[old.Sub]\nk = v\n[core]bigfile=2";
  CHECK(get(text, "core.bigfile") == "2");
  CHECK(get(text, "CORE.BigFile") == "2");
  CHECK(get(text, "user.A \"b\\ c.d.name") == "x");
  CHECK(get(text, "old.sub.k") == "v");
  CHECK(ConfigFile::parse(text, "f").get_all("core.bigfile") == std::vector<std::string>{"1", "2"});
  CHECK_FALSE(ConfigFile::parse(text, "f").get("core.none"));
}

TEST_CASE("values: blanks, quotes, escapes, comments, continuation, names alone") {
  CHECK(get("[a]\nb =  two  words   # comment\n", "a.b") == "two  words");
  CHECK(get("[a]\nb = \"  kept  \" ; comment\n", "a.b") == "  kept  ");
  CHECK(get("[a]\nb = x\\n\\t\\\\\\\"y\n", "a.b") == "x\n\t\\\"y");
  CHECK(get("[a]\nb = one \\\n  two\n", "a.b") == "one   two");
  CHECK(get("[a]\nb = \"#not; a comment\"\n", "a.b") == "#not; a comment");
  CHECK(get("[a]\nb\n", "a.b") == "true");
  CHECK(get("[a]\nb # c\n", "a.b") == "true");
  CHECK(get("[a]\nb =\n", "a.b") == "");
  CHECK(get("\xef\xbb\xbf[a]\r\nb = c\r\n", "a.b") == "c");
  CHECK(get("# only\n;comments", "a.b") == "<none>");
}

TEST_CASE("bad lines are named") {
  CHECK(message_of("[a]\nb = \"open\n") == "bad configuration line 2 in file 'f'");
  for (const char* bad :
       {"b = 1\n", "[a\n", "[]\n", "[a \"b]\n", "[a]\n1 = x\n", "[a]\nb = \\q\n", "[a]\nb ! c\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(message_of(bad).empty());
  }
}

TEST_CASE("setting and unsetting keep comments and layout") {
  Scratch scratch;
  const std::string path = scratch / "config";
  CHECK(ConfigFile::load(path).entries().empty());
  ConfigFile::set(path, "user.name", "A");
  CHECK(read(path) == "[user]\n\tname = A\n");
  std::ofstream(path) << "# top\n[user]\n  name = A ; who\n\n[core]\n\tx = 1\n";
  ConfigFile::set(path, "user.name", " B#");
  ConfigFile::set(path, "user.email", "e");
  ConfigFile::set(path, "remote.or.igin.url", "u");
  CHECK(read(path) ==
        "# top\n[user]\n  name = \" B#\"\n\temail = e\n\n[core]\n\tx = 1\n[remote \"or.igin\"]\n\turl = u\n");
  ConfigFile::unset(path, "user.name");
  CHECK(read(path) == "# top\n[user]\n\temail = e\n\n[core]\n\tx = 1\n[remote \"or.igin\"]\n\turl = u\n");
  CHECK_THROWS_AS(ConfigFile::unset(path, "user.name"), Error);
  CHECK_THROWS_AS(ConfigFile::set(path, "nodot", "x"), Error);
}

TEST_CASE("a file without a final line end, and a header with its variable on one line") {
  Scratch scratch;
  const std::string path = scratch / "config";
  std::ofstream(path) << "[a] b = 1";
  ConfigFile::set(path, "a.c", "2");
  CHECK(read(path) == "[a] b = 1\n\tc = 2\n");
  ConfigFile::unset(path, "a.b");
  CHECK(read(path) == "[a]\n\tc = 2\n");
}

TEST_CASE("any value is read back as it was set, by us and by git") {
  const char* text = std::getenv("VSTORE_TEST_SEED");
  const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device()();
  MESSAGE("VSTORE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  Scratch scratch;
  const std::string path = scratch / "config";
  const bool have_git = std::system("git --version >/dev/null 2>&1") == 0;
  for (int i = 0; i < 60; ++i) {
    std::string value;
    for (auto n = random() % 12; n > 0; --n) value.push_back("ab \t\n\"\\#;=[]\b'"[random() % 14]);
    const std::string key = "s." + std::string(1, "xyz"[random() % 3]) + ".k" + std::to_string(random() % 4);
    ConfigFile::set(path, key, value);
    CAPTURE(key);
    REQUIRE(ConfigFile::load(path).get(key) == value);
    if (!have_git) continue;
    REQUIRE(std::system(("git config -z -f '" + path + "' '" + key + "' >'" + path + ".out'").c_str()) == 0);
    REQUIRE(read(path + ".out") == value + '\0');
  }
}

TEST_CASE("booleans and sizes") {
  CHECK(parse_bool("Yes") == true);
  CHECK(parse_bool("on") == true);
  CHECK(parse_bool("") == false);
  CHECK(parse_bool("0") == false);
  CHECK(parse_bool("maybe") == std::nullopt);
  CHECK(parse_size("12") == 12);
  CHECK(parse_size("-1k") == -1024);
  CHECK(parse_size("2G") == std::int64_t{2} << 30);
  CHECK(parse_size("9999999999g") == std::nullopt);
  CHECK(parse_size("1kb") == std::nullopt);
  CHECK(parse_size("") == std::nullopt);
}

TEST_CASE("keys") {
  CHECK(normalize_key("Core.BigFile") == "core.bigfile");
  CHECK(normalize_key("Remote.Or.Igin.URL") == "remote.Or.Igin.url");
  for (const char* bad : {"a", ".a", "a.", "a.1b", "a b.c", "a.b c", ""})
    CHECK_THROWS_AS(normalize_key(bad), Error);
}
