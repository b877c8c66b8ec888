// Checkout: nothing of the user's is lost, nothing outside is touched, and it can be cut short and run again.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "support/error_code.h"
#include "support/memory_objects.h"
#include "unit/tree/node_bytes.h"
#include "unit/workspace/files.h"
#include "vstore/file.h"
#include "workspace/materialize.h"

using namespace vstore;
using namespace vstore::test;
namespace fs = std::filesystem;

namespace {

/// Two versions that differ in every way.
struct TwoVersions : World {
  Id first, second;
  TwoVersions() {
    put("kept", "kept");
    put("edited", "old");
    put("dropped", "old");
    put("dir-to-file/x", "x");
    put("file-to-dir", "x");
    first = add_and_commit("first");
    put("edited", "new");
    erase("dropped");
    erase("dir-to-file");
    put("dir-to-file", "now a file");
    erase("file-to-dir");
    put("file-to-dir/y", "y");
    put("added/deep/file", "added");
    second = add_and_commit("second");
  }
};

}  // namespace

TEST_CASE("local changes on paths that do not differ are carried along") {
  TwoVersions world;
  world.put("kept", "edited here");
  world.put("untracked", "mine");
  world.checkout(world.first);
  CHECK(read_file(world.root + "/kept") == "edited here");
  CHECK(read_file(world.root + "/untracked") == "mine");
  CHECK(world.status() == " M kept\n ? untracked\n");
  world.put("kept", "kept");
}

TEST_CASE("staged changes are carried along too") {
  TwoVersions world;
  world.put("kept", "staged here");
  world.add({"kept"});
  world.checkout(world.first);
  CHECK(world.status() == "M  kept\n");
}

TEST_CASE("what would be lost is refused, and nothing is changed") {
  TwoVersions world;
  const auto refused = [&](const Id& target) {
    const auto before = world.files();
    const auto head = *world.ws.head_commit();
    CHECK(code_of([&] { world.checkout(target); }) == ErrorCode::refused);
    CHECK(world.files() == before);
    CHECK(*world.ws.head_commit() == head);
  };
  SUBCASE("an edited file") { world.put("edited", "mine"); refused(world.first); }
  SUBCASE("a staged edit") { world.put("edited", "mine"); world.add({"edited"}); refused(world.first); }
  SUBCASE("an untracked file") { world.put("dropped", "mine"); refused(world.first); }
  SUBCASE("an untracked file in a directory that becomes a file") {
    world.checkout(world.first);
    world.put("dir-to-file/mine", "mine");
    refused(world.second);
  }
  SUBCASE("an untracked file where a directory must be") {
    world.checkout(world.first);
    world.put("added", "mine");
    refused(world.second);
  }
  SUBCASE("an edited file that the target lacks") {
    world.checkout(world.first);
    world.put("dropped", "mine");
    refused(world.second);
  }
}

TEST_CASE("what is right already is no hindrance") {
  TwoVersions world;
  world.put("edited", "old");
  world.put("dropped", "old");
  world.checkout(world.first);
  CHECK(world.status() == "");
}

TEST_CASE("force brings any state to the target and keeps other untracked files") {
  TwoVersions world;
  world.checkout(world.first);
  const auto files = world.files();
  world.checkout(world.second);
  world.put("edited", "mine");
  world.put("dropped/in/the/way", "mine");
  world.erase("dir-to-file");
  world.put("dir-to-file/x/in/the/way", "mine");
  world.put("other", "untracked");
  world.checkout(world.first, true);
  auto now = world.files();
  CHECK(now.erase("other") == 1);
  CHECK(now == files);
}

TEST_CASE("a replaced file leaves hard links to the old one alone") {
  TwoVersions world;
  fs::create_hard_link(world.root + "/edited", world.scratch / "link");
  world.checkout(world.first);
  CHECK(read_file(world.scratch / "link") == "new");
  CHECK(read_file(world.root + "/edited") == "old");
}

TEST_CASE("a checkout that was cut short is run again") {
  TwoVersions world;
  // As a kill leaves it: some files done, one half-written, the mark still there.
  world.put("edited", "ol");
  world.put("dropped", "");
  write_file(world.root + "/.vstore/checkout.unfinished", "");
  world.checkout(world.first);
  CHECK(read_file(world.root + "/edited") == "old");
  CHECK(world.status() == "");
  CHECK(!fs::exists(world.root + "/.vstore/checkout.unfinished"));
}

TEST_CASE("an interrupted checkout changes no ref and can be run again") {
  struct Stop final : Progress {
    void phase(std::string_view, std::uint64_t, std::uint64_t) override {}
    void advance(std::uint64_t, std::uint64_t) override {}
    bool cancelled() const override { return true; }
  } stop;
  TwoVersions world;
  WorkspaceOptions options = test_options();
  options.progress = &stop;
  {
    Workspace ws = Workspace::open(world.root, options);
    CHECK(code_of([&] { ws.switch_to(std::nullopt, world.first, {}, "checkout"); }) == ErrorCode::refused);
  }
  CHECK(*world.ws.head_commit() == world.second);
  world.checkout(world.first);
  CHECK(world.status() == "");
}

TEST_CASE("restore with and without overlay") {
  TwoVersions world;
  const Snapshot snapshot = world.ws.store().snapshot();
  const Id old = snapshot.commit(world.first).tree;
  world.ws.restore(old, {{"dropped", "edited"}}, true, true, {}, "restore");
  CHECK(world.status() == "A  dropped\nM  edited\n");
  CheckoutOptions exact;
  exact.overlay = false;
  world.ws.restore(old, {}, true, true, exact, "restore");
  CHECK(!fs::exists(world.root + "/added"));
  CHECK(world.ws.stage_root() == old);
  CHECK(code_of([&] { world.ws.restore(old, {{"nothing"}}, true, true, {}, "restore"); }) == ErrorCode::not_found);
}

// ------------------------------------------------------------------------------- hostile snapshots --

namespace {

/// Writes one entry as a hostile snapshot would have it, below a directory beside which lies `outside`.
std::vector<PathProblem> write_entry(const std::string& top, const std::string& path, const ObjectReader& objects, Entry entry) {
  std::vector<PathProblem> problems;
  bool given = false;
  const auto next = [&]() -> std::optional<WriteItem> {
    if (std::exchange(given, true)) return std::nullopt;
    return WriteItem{path, entry, true};
  };
  materialize(objects, os::Dir::open(top), next, [](const WriteItem&, const os::EntryStat&) {}, problems, {});
  return problems;
}

}  // namespace

TEST_CASE("names that lead outside or into .vstore are refused at checkout") {
  Scratch scratch;
  fs::create_directory(scratch / "top");
  MemoryObjects objects;
  const Entry entry{Kind::file, 4, objects.put(ObjectType::chunk, as_bytes("evil"))};
  for (const char* path : {"../outside", "/outside", "a/../../outside", "./x", "a//b", ".vstore/root", ".VSTORE/x",
                           "a/.vstore/x", ".vstore./x", "..", "."}) {
    CAPTURE(path);
    CHECK(write_entry(scratch / "top", path, objects, entry).size() == 1);
  }
  CHECK(!fs::exists(scratch / "outside"));
  CHECK(files_below(scratch / "top").empty());
}

TEST_CASE("no file is written through a symlink") {
  Scratch scratch;
  fs::create_directories(scratch / "outside");
  fs::create_directory(scratch / "top");
  fs::create_directory_symlink(scratch / "outside", scratch / "top/link");
  fs::create_symlink(scratch / "outside/target", scratch / "top/name");
  MemoryObjects objects;
  const Entry entry{Kind::file, 4, objects.put(ObjectType::chunk, as_bytes("evil"))};
  CHECK(write_entry(scratch / "top", "link/file", objects, entry).size() == 1);
  CHECK(write_entry(scratch / "top", "name", objects, entry).empty());  // the link itself is replaced
  CHECK(fs::is_empty(scratch / "outside"));
}

TEST_CASE("directories that turn into symlinks while checkout runs do not lead outside") {
  Scratch scratch;
  fs::create_directories(scratch / "outside");
  fs::create_directories(scratch / "top");
  MemoryObjects objects;
  const Entry entry{Kind::file, 4, objects.put(ObjectType::chunk, as_bytes("evil"))};
  std::atomic<bool> stop{false};
  std::thread attacker([&] {
    const std::string victim = scratch / "top/d", link = scratch / "top/link", aside = scratch / "top/aside";
    std::error_code ignored;
    fs::create_directory_symlink(scratch / "outside", link, ignored);
    while (!stop) {
      ::renameat2(AT_FDCWD, victim.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
    }
  });
  for (int round = 0; round < 300; ++round) {
    int i = 0;
    std::vector<PathProblem> problems;
    const auto next = [&]() -> std::optional<WriteItem> {
      if (i == 20) return std::nullopt;
      return WriteItem{"d/" + std::to_string(round) + "-" + std::to_string(i++), entry, true};
    };
    try {
      materialize(objects, os::Dir::open(scratch / "top"), next, [](const WriteItem&, const os::EntryStat&) {}, problems, {});
    } catch (const Error&) {
    }
  }
  stop = true;
  attacker.join();
  CHECK(fs::is_empty(scratch / "outside"));
}

TEST_CASE("an entry whose size is a lie is a problem, not a file") {
  Scratch scratch;
  fs::create_directory(scratch / "top");
  MemoryObjects objects;
  const Id content = objects.put(ObjectType::chunk, as_bytes("four"));
  CHECK(write_entry(scratch / "top", "f", objects, {Kind::file, 5, content}).size() == 1);
  CHECK(write_entry(scratch / "top", "g", objects, {Kind::file, 100u << 20, content}).size() == 1);
  CHECK(write_entry(scratch / "top", "h", objects, {Kind::ref_commit, 4, content}).size() == 1);
}
