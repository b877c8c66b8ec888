// Whose id is it? A copy must not share HEAD and stage with the original; a remount must not look like a copy.
#include <doctest/doctest.h>

#include "unit/workspace/files.h"
#include "workspace/metadata.h"

using namespace vstore;
using namespace vstore::test;
namespace fs = std::filesystem;

namespace {

/// A workspace attached to a store elsewhere, with one commit.
struct Attached {
  Scratch scratch;
  std::string root = scratch / "w";
  std::string id;
  Attached() {
    Workspace ws = Workspace::init(root, scratch / "store", "main", test_options());
    id = ws.id();
    write_file(root + "/f", "1");
    ws.add({}, {}, "add");
  }
  std::string at(const std::string& name) const { return scratch / name; }
  std::string id_in(const std::string& name) const { return Workspace::open(at(name), test_options()).id(); }
  std::uint64_t generation() const { return Workspace::open(root, test_options()).store().snapshot().generation(); }
  void copy(const std::string& from, const std::string& to) const {
    fs::copy(at(from), at(to), fs::copy_options::recursive);
  }
};

}  // namespace

TEST_CASE("a copy beside the original takes an id of its own, once, and keeps what was staged") {
  Attached world;
  world.copy("w", "copy");
  const std::string taken = world.id_in("copy");
  CHECK(taken != world.id);
  CHECK(world.id_in("copy") == taken);
  CHECK(world.id_in("w") == world.id);
  Workspace copy = Workspace::open(world.at("copy"), test_options());
  CHECK(copy.store().snapshot().tree(copy.stage_root()).get("f").has_value());
}

TEST_CASE("a moved workspace keeps its id") {
  Attached world;
  fs::rename(world.at("w"), world.at("moved"));
  CHECK(world.id_in("moved") == world.id);
}

TEST_CASE("another inode in the same place is no copy: a remount, a restored backup") {
  Attached world;
  auto metadata = *read_workspace_metadata(os::real_fs(), world.root + "/.vstore");
  metadata.inode += 1;
  write_workspace_metadata(os::real_fs(), world.root + "/.vstore", metadata);
  const std::uint64_t before = world.generation();
  CHECK(world.id_in("w") == world.id);
  CHECK(world.generation() == before);  // nothing was written for it

  world.copy("w", "backup");
  fs::remove_all(world.root);
  fs::rename(world.at("backup"), world.root);
  CHECK(world.id_in("w") == world.id);
}

TEST_CASE("moved away, and a copy put in its place: only one keeps the id, whichever is opened first") {
  for (const bool moved_first : {false, true}) {
    Attached world;
    fs::rename(world.at("w"), world.at("old"));
    world.copy("old", "w");
    const std::string first = world.id_in(moved_first ? "old" : "w");
    const std::string second = world.id_in(moved_first ? "w" : "old");
    CHECK(first != second);
  }
}

TEST_CASE("one directory under two paths is one workspace") {
  Attached world;
  fs::create_directory_symlink(world.at("w"), world.at("link"));
  CHECK(world.id_in("link") == world.id);
}

TEST_CASE("a copy whose original is out of sight takes an id of its own") {
  Attached world;
  world.copy("w", "copy");
  fs::remove_all(world.root);
  CHECK(world.id_in("copy") != world.id);
}
