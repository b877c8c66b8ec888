// Two commands in one workspace, and commands whose publish fails: files and stage agree afterwards.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "os/fault_fs.h"
#include "support/error_code.h"
#include "unit/workspace/files.h"

using namespace vstore;
using namespace vstore::test;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<os::Lock> hold(const std::string& path) {
  return os::real_fs().lock(path, os::LockMode::exclusive, 0);
}

/// A workspace that does not wait long for locks.
struct Impatient : World {
  Id first, second;
  explicit Impatient(Progress* progress = nullptr) : World(options(progress)) {
    put("a", "1");
    put("b", "1");
    first = add_and_commit("first");
    put("a", "2");
    second = add_and_commit("second");
  }
  static WorkspaceOptions options(Progress* progress) {
    WorkspaceOptions options = test_options();
    options.store.lock_timeout_ms = 20;
    options.progress = progress;
    return options;
  }
  std::string store_lock() const { return root + "/.vstore/lock"; }
  std::string workspace_lock() const { return root + "/.vstore/workspace.lock"; }
};

class CountingProgress final : public Progress {
 public:
  void phase(std::string_view, std::uint64_t items, std::uint64_t bytes) override { items_total = items, bytes_total = bytes; }
  void advance(std::uint64_t items, std::uint64_t bytes) override { items_done += items, bytes_done += bytes; }
  bool cancelled() const override { return false; }
  std::uint64_t items_total = 0, bytes_total = 0;
  std::atomic<std::uint64_t> items_done{0}, bytes_done{0};
};

}  // namespace

TEST_CASE("while another command changes the workspace, the next one waits, and then says so") {
  Impatient world;
  const auto before = world.files();
  auto held = hold(world.workspace_lock());
  REQUIRE(held);
  CHECK(code_of([&] { world.checkout(world.first); }) == ErrorCode::lost_race);
  CHECK(code_of([&] { world.checkout(world.first, true); }) == ErrorCode::lost_race);
  CHECK(code_of([&] { world.ws.reset(world.first, Workspace::ResetMode::hard, "reset"); }) == ErrorCode::lost_race);
  CHECK(code_of([&] { world.ws.remove({{"a"}}, {}, "rm"); }) == ErrorCode::lost_race);
  CHECK(code_of([&] { world.ws.move({"a"}, "c", {}, "mv"); }) == ErrorCode::lost_race);
  CHECK(code_of([&] { world.add(); }) == ErrorCode::lost_race);
  CHECK(world.files() == before);
  CHECK(world.status() == "");  // looking needs no lock
  held.reset();
  world.checkout(world.first);
  CHECK(read_file(world.root + "/a") == "1");
}

TEST_CASE("two checkouts of one workspace at once: both succeed, one after the other") {
  World world;
  for (int i = 0; i < 40; ++i) world.put("dir/" + std::to_string(i), std::string(1000, 'a'));
  world.put("large", std::string(10 << 20, 'x'));  // goes through the scratch directory
  const Id first = world.add_and_commit("first");
  world.put("large", std::string(10 << 20, 'y'));
  for (int i = 0; i < 40; ++i) world.put("dir/" + std::to_string(i), std::string(1000, 'b'));
  const Id second = world.add_and_commit("second");
  const auto go = [&](const Id& commit) {
    Workspace ws = Workspace::open(world.root, test_options());
    for (int i = 0; i < 3; ++i) ws.switch_to(std::nullopt, commit, {}, "checkout");
  };
  std::thread one(go, first), two(go, second);
  one.join();
  two.join();
  CHECK(world.status() == "");
}

TEST_CASE("a stage that another process moved meanwhile is neither committed nor overwritten (protocol.md rule 12)") {
  os::FaultFs faulty(os::real_fs());
  WorkspaceOptions options = test_options();
  options.store.fs = &faulty;
  World world(options);
  world.put("a", "1");
  world.add_and_commit("first");
  const Id head = *world.ws.head_commit();
  world.put("a", "2");
  world.add();
  world.put("a", "3");
  // It moves the stage after the command has read it, before the command has the store's lock.
  const std::string stage = "workspaces/" + world.ws.id() + "/stage";
  const auto moved = RefValue::tree(empty_tree_id());
  faulty.before_each([&](const os::CallInfo& call) {
    if (call.call != os::Call::lock || call.path != world.root + "/.vstore/lock") return;
    Store other = Store::open(world.root + "/.vstore");
    Transaction txn = other.begin();
    txn.set_ref(stage, std::nullopt, moved);
    txn.publish({options.who, "another process"});
  });
  SUBCASE("commit") { CHECK(code_of([&] { world.commit("second"); }) == ErrorCode::lost_race); }
  SUBCASE("add") { CHECK(code_of([&] { world.add(); }) == ErrorCode::lost_race); }
  faulty.before_each({});
  CHECK(world.ws.store().snapshot().ref(stage) == moved);
  CHECK(world.ws.head_commit() == head);
}

TEST_CASE("mv whose publish fails has moved nothing, and overwritten nothing") {
  Impatient world;
  world.put("target/x", "mine");
  world.put("a", "changed since");
  const auto before = world.files();
  {
    const auto held = hold(world.store_lock());
    REQUIRE(held);
    CHECK(code_of([&] { world.ws.move({"a", "b"}, "target", {}, "mv"); }) == ErrorCode::lost_race);
    CHECK(world.files() == before);
    Workspace::MoveOptions force;
    force.force = true;
    CHECK(code_of([&] { world.ws.move({"a"}, "b", force, "mv"); }) == ErrorCode::lost_race);
    CHECK(world.files() == before);
  }
  Workspace::MoveOptions force;
  force.force = true;
  world.ws.move({"a"}, "b", force, "mv");
  CHECK(read_file(world.root + "/b") == "changed since");
  CHECK(!fs::exists(world.root + "/a"));
}

TEST_CASE("a hard reset that is cut short leaves the mark of a checkout, one that ends well does not") {
  Impatient world;
  const std::string mark = world.root + "/.vstore/checkout.unfinished";
  {
    const auto held = hold(world.store_lock());
    REQUIRE(held);
    CHECK(code_of([&] { world.ws.reset(world.first, Workspace::ResetMode::hard, "reset"); }) == ErrorCode::lost_race);
  }
  CHECK(fs::exists(mark));
  world.ws.reset(world.first, Workspace::ResetMode::hard, "reset");
  CHECK(!fs::exists(mark));
  CHECK(world.status() == "");
}

TEST_CASE("a checkout knows beforehand how much it will write") {
  CountingProgress progress;
  Impatient world(&progress);
  progress.items_done = progress.bytes_done = 0;
  world.checkout(world.first);
  CHECK(progress.items_total == 1);
  CHECK(progress.items_done == 1);
  CHECK(progress.bytes_total == progress.bytes_done);
}

TEST_CASE("hash_file says what is no regular file") {
  Scratch scratch;
  write_file(scratch / "f", "x");
  fs::create_symlink("f", scratch / "link");
  fs::create_directory(scratch / "dir");
  CHECK(hash_file(scratch / "f") == hash_object(ObjectType::chunk, as_bytes(std::string_view("x"))));
  for (const char* name : {"link", "dir", "missing"}) CHECK(code_of([&] { hash_file(scratch / name); }) == ErrorCode::io);
}
