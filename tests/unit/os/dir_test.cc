#include "os/dir.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>

#include "os/beneath.h"
#include "os/fs_time.h"
#include "os/posix.h"
#include "unit/os/scratch.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::os;
using vstore::test::Scratch;

namespace {

void put(const Dir& dir, const std::string& name, std::string_view text) {
  const UniqueFd fd = dir.create_file(name);
  REQUIRE(write_at(fd.get(), 0, as_bytes(text)));
}

std::vector<std::string> names_of(const Dir& dir) {
  DirNames names;
  dir.read_names(names);
  std::vector<std::string> out;
  for (const auto& name : names.names()) out.emplace_back(names.text(name));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("paths below: found, absent, through symlinks, upwards, absolute; both ways agree") {
  Scratch outside, scratch;
  put(Dir::open(outside.root()), "secret", "s");
  const Dir root = Dir::open(scratch.root());
  root.make_directory("a");
  const Dir a = *root.open_beneath("a");
  a.make_directory("b");
  put(*a.open_beneath("b"), "f", "text");
  root.make_symlink("out", outside.root());
  root.make_symlink("in", "a");
  a.make_symlink("up", "..");

  const std::pair<const char*, int> cases[] = {
      {"a", 0},           {"a/b", 0},           {"a/b/f", 0},
      {"none", ENOENT},   {"a/none/f", ENOENT}, {"a/b/f/g", ENOTDIR},
      {"out/secret", -1}, {"in/b/f", -1},       {"a/up/a", -1},
      {"..", EXDEV},      {"a/../../x", EXDEV}, {"/etc/passwd", EXDEV},
      {"in", -1},
  };
  for (const auto& [path, expected] : cases) {
    CAPTURE(path);
    for (const auto resolve : {resolve_beneath, resolve_stepwise}) {
      errno = 0;
      const UniqueFd fd = resolve(root.descriptor(), path, O_RDONLY, 0);
      CHECK(static_cast<bool>(fd) == (expected == 0));
      if (expected > 0) CHECK(errno == expected);
      if (expected < 0) CHECK((errno == ELOOP || errno == ENOTDIR));  // a symlink
    }
  }
  CHECK_FALSE(root.open_beneath("in"));
  CHECK_FALSE(root.open_beneath("a/b/f"));
  CHECK_FALSE(root.open_file("out/secret"));
  CHECK_FALSE(root.open_file("a"));
  CHECK(root.open_file("a/b/f")->stat.size == 4);
  CHECK(root.open_beneath("")->stat_self() == root.stat_self());
}

TEST_CASE("entries: types, stat, links, removal, rename") {
  Scratch scratch;
  const Dir root = Dir::open(scratch.root());
  put(root, "file", "12345");
  root.make_directory("dir");
  root.make_symlink("link", "a/target");
  REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
  CHECK(names_of(root) == std::vector<std::string>{"dir", "fifo", "file", "link"});
  CHECK(root.stat("file")->type == FileType::regular);
  CHECK(root.stat("file")->size == 5);
  CHECK(root.stat("dir")->type == FileType::directory);
  CHECK(root.stat("link")->type == FileType::symlink);
  CHECK(root.stat("fifo")->type == FileType::other);
  CHECK_FALSE(root.stat("none"));
  CHECK_FALSE(root.open_file("fifo"));
  CHECK(root.read_link("link") == "a/target");
  CHECK_THROWS_AS(root.create_file("link"), Error);
  CHECK_FALSE(root.make_directory("dir"));
  CHECK_THROWS_AS(root.make_directory("file"), Error);

  root.set_mode("file", 0755);
  CHECK(root.stat("file")->mode == 0755);
  root.rename("file", "dir2");
  root.rename_to("dir2", *root.open_beneath("dir"), "moved");
  CHECK_FALSE(root.remove_directory("dir"));
  CHECK(root.open_beneath("dir")->unlink("moved"));
  CHECK_FALSE(root.open_beneath("dir")->unlink("moved"));
  CHECK(root.remove_directory("dir"));
  CHECK_FALSE(root.remove_directory("dir"));
}

TEST_CASE("a long link target is read whole") {
  Scratch scratch;
  const Dir root = Dir::open(scratch.root());
  const std::string target(3000, 't');
  root.make_symlink("link", target);
  CHECK(root.read_link("link") == target);
}

TEST_CASE("a directory larger than the read buffer") {
  Scratch scratch;
  const Dir root = Dir::open(scratch.root());
  for (int i = 0; i < 6000; ++i) root.create_file("name-of-some-length-" + std::to_string(i));
  CHECK(names_of(root).size() == 6000);
  CHECK(names_of(root).size() == 6000);  // a second reading starts at the beginning
}

TEST_CASE("names sort as keys: directories as if they ended in '/'") {
  std::mt19937 random(7);
  DirNames names;
  std::vector<std::string> keys;
  const std::string alphabet = "a-/b.\x01\xff";
  for (int i = 0; i < 400; ++i) {
    std::string name;
    for (unsigned n = 1 + random() % 4; n > 0; --n) name.push_back(alphabet[random() % alphabet.size()]);
    std::replace(name.begin(), name.end(), '/', '0');
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    if (std::find(keys.begin(), keys.end(), name + "/") != keys.end()) continue;
    const bool is_directory = random() % 2;
    names.add(name, is_directory ? FileType::directory : FileType::regular);
    keys.push_back(is_directory ? name + "/" : name);
  }
  names.sort_as_keys();
  std::sort(keys.begin(), keys.end());
  REQUIRE(names.size() == keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& name = names.names()[i];
    CHECK(std::string(names.text(name)) + (name.type == FileType::directory ? "/" : "") == keys[i]);
  }
}

TEST_CASE("the file system's clock does not run backwards, and a fine one separates changes") {
  Scratch scratch;
  const Dir root = Dir::open(scratch.root());
  const std::int64_t before = fs_now(root);
  put(root, "f", "1");
  const std::int64_t created = root.stat("f")->ctime_ns;
  CHECK(created >= before);
  CHECK(fs_now(root) >= created);
  const bool fine = has_fine_grained_times(root);
  MESSAGE("fine-grained times: ", fine);
  if (fine) {
    const UniqueFd fd(::open((scratch / "f").c_str(), O_WRONLY));
    std::int64_t last = created;
    for (int i = 0; i < 1000; ++i) {
      REQUIRE(write_at(fd.get(), 0, as_bytes("2")));
      const std::int64_t now = root.stat("f")->ctime_ns;
      REQUIRE(now > last);
      last = now;
    }
  }
  CHECK(names_of(root) == std::vector<std::string>{"f"});  // the probes are gone
}
