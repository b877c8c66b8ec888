// Directories that cannot be looked into (here: workspaces within the workspace): what is tracked there is
// unknown, not deleted, and they stand in nobody's way.
#include <doctest/doctest.h>

#include "unit/workspace/files.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// Tracked files in two neighbouring directories that then became workspaces of their own.
struct TrackedInside : World {
  Id first;
  TrackedInside() {
    put("d/x", "x");
    put("e/y", "y");
    put("z", "z");
    first = add_and_commit("first");
    put("d/.vstore/workspace", "");
    put("e/.vstore/workspace", "");
  }
};

}  // namespace

TEST_CASE("tracked files in directories that cannot be looked into are not taken for deleted") {
  TrackedInside world;
  CHECK(world.status() == "");
  const AddResult added = world.add();
  CHECK(added.deleted == 0);
  CHECK(added.problems.size() == 2);
  CHECK(world.ws.stage_root() == world.ws.store().snapshot().commit(world.first).tree);
}

TEST_CASE("a nested workspace without tracked files does not disturb diff, reset or forced checkout") {
  World world;
  world.put("f", "one");
  const Id first = world.add_and_commit("first");
  world.put("nested/.vstore/workspace", "");
  world.put("nested/theirs", "theirs");
  world.put("f", "two");
  CHECK(world.ws.compare_files(world.ws.stage_root(), {}).size() == 1);
  world.ws.reset(first, Workspace::ResetMode::hard, "reset");
  CHECK(read_file(world.root + "/f") == "one");
  world.put("f", "three");
  world.checkout(first, true);
  CHECK(read_file(world.root + "/f") == "one");
  CHECK(read_file(world.root + "/nested/theirs") == "theirs");
}
