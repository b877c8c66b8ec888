// Snapshots that no vstore would make: whichever command meets them, nothing outside the workspace is written or
// deleted, and nothing inside `.vstore`. docs/testing.md, "Hostile objects", has the catalogue.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "support/error_code.h"
#include "tree/key_order.h"
#include "unit/tree/node_bytes.h"
#include "unit/workspace/files.h"
#include "vstore/store.h"
#include "workspace/remove_files.h"

using namespace vstore;
using namespace vstore::test;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

const std::string outside_text = "precious";

/// A sound commit, and things beside the workspace that nobody may touch.
struct Attacked : World {
  Id sound;
  Attacked() {
    put("file", "sound");
    sound = add_and_commit("sound");
    write_file(scratch / "outside/file", outside_text);
  }

  /// A commit whose snapshot holds these keys, as a hostile peer would have written it.
  Id hostile(const std::vector<std::string>& keys) {
    Store store = Store::open(root + "/.vstore");
    Transaction txn = store.begin();
    const Id evil = txn.put(ObjectType::chunk, as_bytes("evil"));
    NodeBytes node;
    std::string previous;
    for (const std::string& key : keys) {
      const std::size_t shared = shared_prefix(previous, key);
      const bool is_directory = key.ends_with('/');
      node.add({shared, key.substr(shared)}, is_directory ? 3 : 0, is_directory ? 0 : 4, is_directory ? Id{} : evil);
      previous = key;
    }
    return publish(txn, txn.put(ObjectType::tree, node.encode()));
  }

  Id publish(Transaction& txn, const Id& tree) {
    Commit commit;
    commit.tree = tree;
    commit.author = commit.committer = {"Evil", "evil@example.org"};
    commit.message = "evil";
    const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)));
    txn.set_ref("refs/heads/evil" + std::to_string(++published), std::nullopt, RefValue::commit(id));
    txn.publish({commit.author, "evil", Time{1, 0}});
    return id;
  }

  /// Everything that a command could do with a snapshot, forwards and back; each may refuse.
  void try_everything(const Id& evil) {
    const auto may_fail = [](auto&& action) { (void)code_of(action); };
    const Id evil_tree = ws.store().snapshot().commit(evil).tree;
    CheckoutOptions no_overlay;
    no_overlay.overlay = false;
    may_fail([&] { checkout(evil); });
    may_fail([&] { checkout(evil, true); });
    may_fail([&] { ws.restore(evil_tree, {}, true, true, no_overlay, "restore"); });
    may_fail([&] { ws.reset(evil, Workspace::ResetMode::hard, "reset"); });
    may_fail([&] { ws.reset(evil, Workspace::ResetMode::mixed, "reset"); });  // stage and HEAD name it, if it can be
    may_fail([&] { ws.remove({{}}, {}, "rm"); });
    may_fail([&] { status(); });
    may_fail([&] { checkout(sound); });
    may_fail([&] { ws.restore(ws.store().snapshot().commit(sound).tree, {}, true, false, no_overlay, "restore"); });
    may_fail([&] { ws.reset(evil, Workspace::ResetMode::mixed, "reset"); });
    ws.reset(sound, Workspace::ResetMode::hard, "reset");
  }

  /// Store and surroundings are what they were; and the workspace can be brought back.
  void check_unharmed(const Id& evil) {
    CHECK(read_file(scratch / "outside/file") == outside_text);
    CHECK(fs::directory_iterator(scratch / "outside")->path().filename() == "file");
    std::size_t beside = 0;
    for (const auto& entry : fs::directory_iterator(scratch.root())) beside += !entry.path().empty();
    CHECK(beside == 2);
    const Store again = Store::open(root + "/.vstore");
    CHECK(again.snapshot().commit(evil).message == "evil");
    CHECK(again.snapshot().commit(sound).message == "sound");
    CHECK_NOTHROW(Workspace::open(root, test_options()));
    CHECK(files().at("file") == "sound");
    CHECK(status() == "");
  }

  int published = 0;
};

}  // namespace

TEST_CASE("a snapshot with a name of the catalogue harms nothing, coming or going") {
  const std::string longest(256, 'x');
  const std::vector<std::vector<std::string>> catalogue = {
      {"."}, {".."}, {"./x"}, {"../x"}, {"../outside/file"}, {"a/../../outside/file"}, {"/outside"}, {"/"}, {"a//b"},
      {"a/./b"}, {"../outside/"}, {".vstore"}, {".vstore/"}, {".vstore/root"}, {".vstore/root/x"}, {".vstore/packs"},
      {".vstore/format"}, {".vstore/workspace"}, {".vstore/x"}, {".VSTORE/x"}, {".vstore./x"}, {".vstore "},
      {"a/.vstore/x"}, {"vstore~1/x"}, {".v\xe2\x80\x8cstore/x"}, {"a\0b"s}, {longest}, {"a/" + longest + "/b"},
      {std::string(4096, 'y')}, {".vstore/packs", ".vstore/root", "file"}};
  Attacked world;
  for (const auto& keys : catalogue) {
    CAPTURE(keys.front());
    const Id evil = world.hostile(keys);
    CHECK(code_of([&] { world.checkout(evil); }) == ErrorCode::damaged);
    world.try_everything(evil);
    world.check_unharmed(evil);
  }
}

TEST_CASE("files are not removed by names that lead out, or into .vstore") {
  Scratch scratch;
  for (const char* path : {"outside/f", "top/.vstore/root", "top/a/f"}) write_file(scratch / path, "x");
  std::vector<PathProblem> problems;
  const std::vector<std::string> paths = {"../outside/f", ".vstore/root", "a/../../outside/f", "a/f"};
  CHECK(remove_files(os::Dir::open(scratch / "top"), paths, problems) == 1);
  CHECK(fs::exists(scratch / "outside/f"));
  CHECK(fs::exists(scratch / "top/.vstore/root"));
  CHECK(!fs::exists(scratch / "top/a"));
}

TEST_CASE("a symlink with a path below it cannot be decoded, nor be written through when it is there already") {
  Attacked world;
  Store store = Store::open(world.root + "/.vstore");
  Transaction txn = store.begin();
  const Id target = txn.put(ObjectType::chunk, as_bytes("../outside"));
  TreeBuilder both(txn);
  const auto add_both = [&] {
    both.add("d", {Kind::symlink, 10, target});
    both.add("d/file", {Kind::file, 10, target});
    both.finish();
  };
  CHECK(code_of(add_both).has_value());
  TreeBuilder link(txn);
  link.add("d", {Kind::symlink, 10, target});
  const Id with_link = world.publish(txn, link.finish());
  const Id with_file = world.hostile({"d/file"});
  world.checkout(with_link);
  REQUIRE(fs::is_symlink(world.root + "/d"));
  world.checkout(with_file);
  CHECK(read_file(world.root + "/d/file") == "evil");
  world.checkout(with_link);
  CHECK(fs::is_symlink(world.root + "/d"));
  CHECK(read_file(world.scratch / "outside/file") == outside_text);
}

TEST_CASE("a snapshot whose objects are missing, or of another type, is refused with its files left alone") {
  Attacked world;
  Store store = Store::open(world.root + "/.vstore");
  Transaction txn = store.begin();
  const Id other = world.ws.store().snapshot().commit(world.sound).tree;
  TreeBuilder tree(txn);
  Id content;
  SUBCASE("missing") { content = hash_object(ObjectType::chunk, as_bytes("nowhere")); }
  SUBCASE("a tree for a file") { content = other; }
  SUBCASE("a commit for a file") { content = world.sound; }
  tree.add("file", {Kind::file, 7, content});
  tree.add("link", {Kind::symlink, 7, content});
  const Id evil = world.publish(txn, tree.finish());
  CHECK(code_of([&] { world.checkout(evil); }) == ErrorCode::damaged);
  CHECK(code_of([&] { world.checkout(evil, true); }) == ErrorCode::damaged);
  CHECK(!fs::exists(fs::symlink_status(world.root + "/link")));
  world.checkout(world.sound, true);
  CHECK(read_file(world.root + "/file") == "sound");
}

TEST_CASE("directories that turn into symlinks during whole checkouts lead neither writing nor deleting outside") {
  Attacked world;
  const Id empty = world.hostile({"z"});
  std::vector<std::string> keys;
  for (int i = 0; i < 30; ++i) {
    keys.push_back("d/" + std::to_string(10 + i));
    write_file(world.scratch / ("outside/" + std::to_string(10 + i)), "evil");  // what deleting would look for
  }
  const Id full = world.hostile(keys);
  const auto outside = files_below(world.scratch / "outside");
  std::atomic<bool> stop{false};
  std::thread attacker([&] {
    const std::string victim = world.root + "/d", link = world.scratch / "link";
    fs::create_directory_symlink(world.scratch / "outside", link);
    while (!stop) ::renameat2(AT_FDCWD, victim.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });
  for (int round = 0; round < 12; ++round) {
    (void)code_of([&] { world.checkout(full, round % 2 == 0); });
    (void)code_of([&] { world.checkout(empty, round % 3 == 0); });
  }
  stop = true;
  attacker.join();
  CHECK(files_below(world.scratch / "outside") == outside);
}
