// Ignore rules and globs; the random part asks git itself.
#include "workspace/ignore.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "history/wildmatch.h"
#include "unit/os/scratch.h"

using namespace vstore;
using vstore::test::Scratch;

namespace {

void put(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

struct Rules {
  Scratch scratch;
  std::string exclude, global;

  void file(const std::string& directory, const std::string& text) {
    put(scratch / (directory + "/.vstoreignore"), text);
  }
  bool ignored(const std::string& path) const {
    const bool is_directory = path.ends_with('/');
    return IgnoreRules(os::Dir::open(scratch.root()), exclude, global).ignored(path, is_directory);
  }
};

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

}  // namespace

TEST_CASE("wildmatch: git's corners") {
  const auto any = [](const char* p, const char* t) { return wildmatch(p, t, Wild::any); };
  const auto path = [](const char* p, const char* t) { return wildmatch(p, t, Wild::pathname); };
  CHECK(any("*", "a/b"));
  CHECK_FALSE(path("*", "a/b"));
  CHECK(path("**", "a/b"));
  CHECK(path("a/**/b", "a/b"));
  CHECK(path("a/**/b", "a/x/y/b"));
  CHECK_FALSE(path("a**b", "a/b"));
  CHECK(path("**/b", "b"));
  CHECK(path("a/**", "a/x/y"));
  CHECK_FALSE(path("a/**", "a"));
  CHECK(path("*/*/c", "a/b/c"));
  CHECK_FALSE(path("?", "/"));
  CHECK(any("[]abc]", "]"));
  CHECK(any("[!a-c]", "d"));
  CHECK_FALSE(any("[^a-c]", "b"));
  CHECK(any("[a-]", "-"));
  CHECK(any("[[:digit:]x]", "7"));
  CHECK_FALSE(any("[[:nonsense:]]", "n"));
  CHECK_FALSE(any("[a", "a"));
  CHECK(any("\\*", "*"));
  CHECK_FALSE(any("\\*", "x"));
  CHECK_FALSE(any("a\\", "a"));
  CHECK(any("", ""));
  CHECK_FALSE(any("", "a"));
}

TEST_CASE("a pattern of many stars does not take for ever") {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "*a";
  CHECK_FALSE(wildmatch(pattern + "b", std::string(5000, 'a'), Wild::any));
  CHECK_FALSE(wildmatch(pattern + "b", std::string(5000, 'a'), Wild::pathname));
}

TEST_CASE("ignore: anchors, directories, negation, escapes, spaces") {
  Rules rules;
  rules.file("",
             "\xef\xbb\xbf# comment\n*.o\n!keep.o\n/top\nonly-dirs/\ndoc/*.txt\n\\#hash\n\\!bang\nspace\\ \n"
             "trailing   \ncr\r\n/abc/**/z\n");
  CHECK(rules.ignored("a.o"));
  CHECK(rules.ignored("x/y/a.o"));
  CHECK_FALSE(rules.ignored("x/keep.o"));
  CHECK(rules.ignored("top"));
  CHECK_FALSE(rules.ignored("x/top"));
  CHECK(rules.ignored("only-dirs/"));
  CHECK(rules.ignored("x/only-dirs/f"));
  CHECK_FALSE(rules.ignored("x/only-dirs"));
  CHECK(rules.ignored("doc/a.txt"));
  CHECK_FALSE(rules.ignored("doc/x/a.txt"));
  CHECK_FALSE(rules.ignored("x/doc/a.txt"));
  CHECK(rules.ignored("#hash"));
  CHECK(rules.ignored("!bang"));
  CHECK(rules.ignored("space "));
  CHECK(rules.ignored("trailing"));
  CHECK(rules.ignored("cr"));
  CHECK(rules.ignored("abc/z"));
  CHECK_FALSE(rules.ignored("comment"));
}

TEST_CASE("ignore: the nearest file wins, below an ignored directory nothing comes back") {
  Rules rules;
  rules.exclude = rules.scratch / "exclude";
  rules.global = rules.scratch / "global";
  put(rules.exclude, "b\n!g\n");
  put(rules.global, "g\nh\n");
  rules.file("", "*.dat\nout/\n!b\n");
  rules.file("d", "!*.dat\n/x\n");
  rules.file("out", "!*\n");
  CHECK(rules.ignored("a.dat"));
  CHECK_FALSE(rules.ignored("d/a.dat"));
  CHECK(rules.ignored("d/x"));
  CHECK_FALSE(rules.ignored("x"));
  CHECK_FALSE(rules.ignored("d/e/x"));
  CHECK(rules.ignored("out/f"));
  CHECK_FALSE(rules.ignored("b"));  // the tree's files go before the exclude file
  CHECK_FALSE(rules.ignored("g"));  // which goes before the global one
  CHECK(rules.ignored("h"));
}

TEST_CASE("ignore: metadata always, in any case") {
  Rules rules;
  rules.file("", "!.vstore\n");
  CHECK(rules.ignored(".vstore/"));
  CHECK(rules.ignored("a/.VStore/"));
  CHECK_FALSE(rules.ignored(".vstoreignore"));
}

TEST_CASE("ignore: random rules and paths answer as git check-ignore does") {
  if (!run("git --version >/dev/null 2>&1")) return;
  const char* text = std::getenv("VSTORE_TEST_SEED");
  const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device()();
  MESSAGE("VSTORE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  const auto pick = [&](std::initializer_list<const char*> of) {
    return *(of.begin() + random() % of.size());
  };
  const auto pattern = [&] {
    std::string out;
    for (auto n = 1 + random() % 6; n > 0; --n) {
      out += pick({"a",    "b",  "c",   "ab", ".o", "*", "**",          "?",   "/",   "/",    "[ab]",  "[!a]",
                   "[a-c", "\\", "\\*", " ",  "!",  "#", "[[:alpha:]]", "**/", "/**", "/**/", "[]-a]", "\t"});
    }
    if (random() % 5 == 0) out += "/";
    if (random() % 5 == 0) out = "!" + out;
    if (random() % 9 == 0) out += "\r";
    return out + "\n";
  };
  const auto rules_text = [&] {
    std::string out;
    for (auto n = random() % 6; n > 0; --n) out += pattern();
    return out;
  };
  for (int round = 0; round < 30; ++round) {
    Scratch git;
    const std::string top = git.root();
    REQUIRE(run("git init -q '" + top + "' 2>/dev/null"));
    std::vector<std::string> directories = {""}, paths;
    for (int i = 0; i < 40; ++i) {
      const std::string directory = directories[random() % directories.size()];
      const std::string name =
          pick({"a", "b", "c", "ab", "abc", "a.o", "b.o", "x*", "#a", "!a", "d e", "a "});
      const std::string path = directory + name;
      if (std::filesystem::exists(top + "/" + path)) continue;
      if (random() % 2) {
        std::filesystem::create_directory(top + "/" + path);
        directories.push_back(path + "/");
        paths.push_back(path + "/");
      } else {
        put(top + "/" + path, "");
        paths.push_back(path);
      }
    }
    for (const std::string& directory : directories) {
      if (random() % 3 != 0 && !directory.empty()) continue;
      const std::string rules = rules_text();
      put(top + "/" + directory + ".gitignore", rules);
      put(top + "/" + directory + ".vstoreignore", rules);
    }
    put(top + "/.git/info/exclude", rules_text());
    put(top + "/.git/global", rules_text());
    std::string list;
    const auto bare = [](const std::string& path) { return path.substr(0, path.find_last_not_of('/') + 1); };
    for (const std::string& path : paths) list += bare(path) + '\0';
    put(top + "/.git/paths", list);
    // "-v -n" answers for every path; a pattern that begins with '!' means not ignored.
    REQUIRE(
        run("cd '" + top +
            "' && git -c core.excludesFile=.git/global check-ignore --no-index -z -v -n --stdin <.git/paths "
            ">.git/answers; test $? -le 1"));
    std::ifstream in(top + "/.git/answers", std::ios::binary);
    const IgnoreRules rules(os::Dir::open(top), top + "/.git/info/exclude", top + "/.git/global");
    for (const std::string& path : paths) {
      std::string source, line, matched, named;
      for (std::string* field : {&source, &line, &matched, &named}) std::getline(in, *field, '\0');
      REQUIRE(named == bare(path));
      const bool expected = !matched.empty() && !matched.starts_with('!');
      CAPTURE(round);
      CAPTURE(path);
      CAPTURE(source);
      CAPTURE(matched);
      CHECK(rules.ignored(path, path.ends_with('/')) == expected);
    }
  }
}
