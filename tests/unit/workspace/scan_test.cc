#include "workspace/scan.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "unit/os/scratch.h"
#include "vstore/error.h"
#include "workspace/ignore.h"

using namespace vstore;
using vstore::test::Scratch;
namespace fs = std::filesystem;

namespace {

using Strings = std::vector<std::string>;

void put(const std::string& path, const std::string& text = "") {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// Paths with a mark: '!' ignored, '^' pruned, '?' problem.
Strings scan(const std::string& top, ScanOptions options) {
  const os::Dir dir = os::Dir::open(top);
  Scan scan(dir, std::move(options));
  Strings out;
  while (const ScanItem* item = scan.next()) {
    std::string mark = item->problem ? "?" : item->pruned ? "^" : item->ignored ? "!" : "";
    out.push_back(std::string(item->path) + mark);
  }
  CHECK(scan.next() == nullptr);
  return out;
}

Strings scan_plain(const std::string& top, unsigned threads) {
  ScanOptions options;
  options.threads = threads;
  return scan(top, std::move(options));
}

/// What a scan must find, the slow and obvious way.
Strings expected(const std::string& top) {
  Strings out;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator(); ++it) {
    const std::string path = it->path().string().substr(top.size() + 1);
    const bool is_directory = it->is_directory() && !it->is_symlink();
    if (!is_directory) out.push_back(path);
    if (is_directory && fs::is_empty(it->path())) out.push_back(path + "/");
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("a random tree is reported in key order, with any number of threads") {
  const char* text = std::getenv("VSTORE_TEST_SEED");
  const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device()();
  MESSAGE("VSTORE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  Scratch scratch;
  Strings directories = {scratch.root()};
  for (int i = 0; i < 400; ++i) {
    std::string name;
    for (auto n = 1 + random() % 3; n > 0; --n) name.push_back("ab-.0"[random() % 5]);
    const std::string path = directories[random() % directories.size()] + "/" + name;
    if (name == "." || name == ".." || fs::exists(fs::symlink_status(path))) continue;
    if (random() % 3 == 0) {
      fs::create_directory(path);
      directories.push_back(path);
    } else if (random() % 9 == 0) {
      fs::create_symlink("..", path);
    } else {
      put(path, name);
    }
  }
  const Strings wanted = expected(scratch.root());
  for (const unsigned threads : {1u, 2u, 5u}) CHECK(scan_plain(scratch.root(), threads) == wanted);
}

TEST_CASE("a large directory is statted in pieces") {
  Scratch scratch;
  for (int i = 0; i < 2200; ++i) put(scratch / ("d/" + std::to_string(i)), std::string(i % 7, 'x'));
  put(scratch / "e/f");
  const Strings wanted = expected(scratch.root());
  for (const unsigned threads : {1u, 3u}) CHECK(scan_plain(scratch.root(), threads) == wanted);
  const os::Dir dir = os::Dir::open(scratch.root());
  Scan scan(dir, {});
  while (const ScanItem* item = scan.next()) {
    const std::string name(item->path.substr(2));
    if (item->path.starts_with("d/")) REQUIRE(item->stat.size == std::stoul(name) % 7);
  }
}

TEST_CASE("types and stats") {
  Scratch scratch;
  put(scratch / "file", "12345");
  fs::create_symlink("nowhere", scratch / "link");
  fs::create_directory(scratch / "empty");
  REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
  const os::Dir dir = os::Dir::open(scratch.root());
  Scan scan(dir, {});
  std::map<std::string, os::EntryStat> seen;
  while (const ScanItem* item = scan.next()) seen[std::string(item->path)] = item->stat;
  CHECK(seen.size() == 4);
  CHECK(seen.at("file") == *dir.stat("file"));
  CHECK(seen.at("link").type == os::FileType::symlink);
  CHECK(seen.at("fifo").type == os::FileType::other);
  CHECK(seen.at("empty/").type == os::FileType::directory);
}

TEST_CASE("metadata is skipped; a workspace inside is a problem, not a deletion") {
  Scratch scratch;
  put(scratch / ".vstore/x");
  put(scratch / "sub/.vstore/x");
  put(scratch / "sub/data");
  put(scratch / "z");
  CHECK(scan_plain(scratch.root(), 2) == Strings{"sub/?", "z"});
  ScanOptions options;
  options.prefixes = {"sub/data"};
  CHECK(scan(scratch.root(), options) == Strings{"sub/?"});
}

TEST_CASE("prefixes: files, directories, absent ones; nothing else is read") {
  Scratch scratch;
  for (const char* path : {"a/x/1", "a/x/2", "a/y/3", "a-b/4", "b", "c/d/e/5"}) put(scratch / path);
  fs::create_directories(scratch / "c/empty");
  const auto find = [&](Strings prefixes) {
    ScanOptions options;
    options.prefixes = std::move(prefixes);
    return scan(scratch.root(), std::move(options));
  };
  CHECK(find({"a/x"}) == Strings{"a/x/1", "a/x/2"});
  CHECK(find({"a-b", "a/x/2", "a/y"}) == Strings{"a-b/4", "a/x/2", "a/y/3"});
  CHECK(find({"b"}) == Strings{"b"});
  CHECK(find({"b/under/a/file"}) == Strings{});
  CHECK(find({"c/none", "zzz"}) == Strings{});
  CHECK(find({"c/empty"}) == Strings{"c/empty/"});
  CHECK(find({"c/d"}) == Strings{"c/d/e/5"});
}

TEST_CASE("ignored paths: left out, reported, or looked at because something tracked is there") {
  Scratch scratch;
  put(scratch / ".vstoreignore", "*.o\nbuild/\n");
  for (const char* path : {"a.c", "a.o", "build/x", "build/deep/y", "src/b.o", "src/b.c"})
    put(scratch / path);
  fs::create_directories(scratch / "objects");
  put(scratch / "objects/only.o");
  const os::Dir dir = os::Dir::open(scratch.root());
  const IgnoreRules rules(dir, "", "");
  ScanOptions options;
  options.ignore = &rules;
  CHECK(scan(scratch.root(), options) == Strings{".vstoreignore", "a.c", "src/b.c"});
  options.report_ignored = true;
  CHECK(scan(scratch.root(), options) ==
        Strings{".vstoreignore", "a.c", "a.o!", "build/!", "objects/only.o!", "src/b.c", "src/b.o!"});
  options.report_ignored = false;
  const std::set<std::string, std::less<>> tracked = {"build/", "build/deep/", "build/deep/y", "src/b.o"};
  options.tracked = [&](std::string_view path) { return tracked.contains(path); };
  CHECK(scan(scratch.root(), options) ==
        Strings{".vstoreignore", "a.c", "build/deep/y!", "src/b.c", "src/b.o!"});
}

TEST_CASE("pruned directories are one item; an exception of a callback reaches the consumer") {
  Scratch scratch;
  for (const char* path : {"a/1", "b/2", "b/c/3"}) put(scratch / path);
  ScanOptions options;
  options.threads = 2;
  options.descend = [](std::string_view directory) { return directory != "b/"; };
  CHECK(scan(scratch.root(), options) == Strings{"a/1", "b/^"});
  options.descend = [](std::string_view directory) -> bool {
    if (directory == "b/c/") throw Error(ErrorCode::damaged, "stop");
    return true;
  };
  CHECK_THROWS_AS(scan(scratch.root(), options), Error);
}

TEST_CASE("a directory that can't be read is a problem of its own") {
  Scratch scratch;
  std::string deep;  // longer than the kernel takes as one path
  os::Dir at = os::Dir::open(scratch.root());
  for (int i = 0; i < 20; ++i) {
    const std::string name(250, 'd');
    at.make_directory(name);
    at = std::move(*at.open_beneath(name));
  }
  at.create_file("f");
  put(scratch / "z");
  const Strings found = scan_plain(scratch.root(), 2);
  REQUIRE(found.size() == 2);
  CHECK(found[0].ends_with("/?"));
  CHECK(found[1] == "z");
  for (int i = 19; i > 0; --i) {  // too long for remove_all, too: shorten from the top
    const std::string name(250, 'd');
    const os::Dir root = os::Dir::open(scratch.root());
    const os::Dir top = *root.open_beneath(name);
    if (!top.stat(name)) break;
    top.rename_to(name, root, "next");
    top.unlink("f");
    root.remove_directory(name);
    root.rename("next", name);
  }
}

TEST_CASE("a scan may be given up half way") {
  Scratch scratch;
  for (int i = 0; i < 300; ++i) put(scratch / (std::to_string(i % 30) + "/" + std::to_string(i)));
  const os::Dir dir = os::Dir::open(scratch.root());
  for (int rounds = 0; rounds < 20; ++rounds) {
    ScanOptions options;
    options.threads = 3;
    Scan scan(dir, std::move(options));
    for (int i = 0; i < rounds * 10; ++i) scan.next();
  }
}
