// Moves and restores whose paths collide with each other or with what the stage holds.
#include <doctest/doctest.h>

#include "support/error_code.h"
#include "unit/workspace/files.h"

using namespace vstore;
using namespace vstore::test;

TEST_CASE("two sources with the same destination are refused, and nothing is moved") {
  World world;
  world.put("a/f", "from a");
  world.put("b/f", "from b");
  world.put("d/other", "");
  world.add_and_commit("first");
  const auto before = world.files();
  CHECK(code_of([&] { world.ws.move({"a/f", "b/f"}, "d", {}, "mv"); }) == ErrorCode::refused);
  CHECK(code_of([&] { world.ws.move({"a", "a/f"}, "d", {}, "mv"); }) == ErrorCode::refused);
  CHECK(world.files() == before);
  CHECK(world.status() == "");
}

TEST_CASE("a restored file replaces a directory of that name in the stage, and the other way round") {
  World world;
  world.put("a", "file");
  const Id file_first = world.add_and_commit("file");
  world.erase("a");
  world.put("a/x", "below");
  const Id directory_second = world.add_and_commit("directory");
  const auto tree_of = [&](const Id& commit) { return world.ws.store().snapshot().commit(commit).tree; };

  world.ws.restore(tree_of(file_first), {{"a"}}, true, true, {}, "checkout");
  CHECK(world.files() == std::map<std::string, std::string>{{"a", "file"}});
  CHECK(world.ws.stage_root() == tree_of(file_first));

  world.ws.restore(tree_of(directory_second), {{"a/x"}}, true, true, {}, "checkout");
  CHECK(world.files() == std::map<std::string, std::string>{{"a/x", "below"}});
  CHECK(world.ws.stage_root() == tree_of(directory_second));
}

TEST_CASE("the files that rm could not delete are named, and the stage has moved on") {
  World world;
  world.put("f", "x");
  world.add_and_commit("first");
  world.erase("f");
  world.put("f/untracked", "mine");
  Workspace::RemoveOptions options;
  options.force = true;
  CHECK_NOTHROW(world.ws.remove({{"f"}}, options, "rm"));
  CHECK(read_file(world.root + "/f/untracked") == "mine");
  CHECK(world.ws.stage_root() == empty_tree_id());
}
