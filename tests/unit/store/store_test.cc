#include "vstore/gc.h"
#include "vstore/store.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "os/fault_fs.h"
#include "unit/os/scratch.h"
#include "unit/store/fixture.h"

using namespace vstore;
using vstore::test::code_of;
using vstore::test::commit_to;
using vstore::test::Scratch;

TEST_CASE("a new store has an unborn HEAD, an operation, and opens again") {
  Scratch dir;
  const std::string path = dir / "a/b/.vstore";
  CHECK_FALSE(Store::is_store(path));
  const std::string id = Store::create(path, {}, "trunk").id();
  CHECK(Store::is_store(path));
  const Store store = Store::open(path + "/");
  CHECK(store.id() == id);
  const Snapshot now = store.snapshot();
  CHECK(now.generation() == 1);
  CHECK(now.ref("HEAD") == RefValue::symbolic("refs/heads/trunk"));
  CHECK_FALSE(now.resolve_ref("HEAD"));
  CHECK_FALSE(now.ref_commit("HEAD"));
  CHECK(now.operation(now.operation()).command == "init");
  CHECK(code_of([&] { Store::create(path); }) == ErrorCode::refused);
}

TEST_CASE("objects and refs appear together, and old snapshots stay as they were") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  const Snapshot before = store.snapshot();
  const Id first = commit_to(store, "refs/heads/main", "first");
  const Snapshot after = store.snapshot();
  CHECK_FALSE(before.ref("refs/heads/main"));
  CHECK_FALSE(before.find(first));
  CHECK(after.ref_commit("HEAD") == first);
  CHECK(after.commit(first).message == "first");
  const Id second = commit_to(store, "refs/heads/main", "second");
  CHECK(after.ref_commit("HEAD") == first);
  CHECK(store.snapshot().commit(second).parents == std::vector{first});
  const Operation operation = store.snapshot().operation(store.snapshot().operation());
  CHECK(operation.parents == std::vector{after.operation()});
  CHECK(operation.who.name == "tester");
}

TEST_CASE("equal commits to equal stores make packs of different names (protocol.md rule 1)") {
  Scratch dir;
  Store::create(dir / "a");
  std::filesystem::copy(dir / "a", dir / "b", std::filesystem::copy_options::recursive);
  const auto names_after_commit = [&](const char* store) {
    Store opened = Store::open(dir / store);
    commit_to(opened, "refs/heads/x", "the same");
    return *vstore::os::real_fs().list(dir / store + "/packs");
  };
  const auto a = names_after_commit("a"), b = names_after_commit("b");
  std::vector<std::string> shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(shared));
  CHECK(a.size() == 2);
  CHECK(b.size() == 2);
  CHECK(shared.size() == 1);  // what was copied
}

TEST_CASE("a store on a network file system is not written to unless told so (protocol.md rule 5)") {
  Scratch dir;
  Store local = Store::create(dir / "s");
  commit_to(local, "refs/heads/x", "local");
  vstore::os::FaultFs fs(vstore::os::real_fs());
  fs.set_network();
  StoreOptions options;
  options.fs = &fs;
  Store store = Store::open(dir / "s", options);
  CHECK(store.snapshot().ref("refs/heads/x"));
  CHECK(code_of([&] { commit_to(store, "refs/heads/x", "refused"); }) == ErrorCode::refused);
  CHECK(code_of([&] { store.collect({}); }) == ErrorCode::refused);
  options.allow_network = true;
  Store allowed = Store::open(dir / "s", options);
  CHECK_NOTHROW(commit_to(allowed, "refs/heads/x", "told so"));
}

TEST_CASE("the empty tree can be read everywhere") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  CHECK(store.snapshot().tree(empty_tree_id()).totals().count == 0);
  CHECK(Tree(store.begin(), empty_tree_id()).totals().count == 0);
}

TEST_CASE("beyond the horizon an operation's parents have expired") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  commit_to(store, "refs/heads/x", "one");
  commit_to(store, "refs/heads/x", "two");
  const Snapshot before = store.snapshot();
  CHECK_FALSE(before.horizon());
  const Id newest = before.operation();
  const std::vector<Id> parents = before.parents(newest);
  REQUIRE(parents.size() == 1);
  CHECK(before.parents(parents[0]).size() == 1);

  Store::Impl& impl = vstore::test::impl_of(store);
  {
    PublishLock lock = impl.lock();
    const Current on = current_under_lock(impl, lock);
    Root next = successor(impl, *on.state);
    next.horizon = parents[0];
    PrivatePack carrier(impl.fs, impl.paths);
    switch_root(impl, lock, on, std::move(next), carrier, {});
  }
  commit_to(store, "refs/heads/x", "three");  // later roots keep it
  const Snapshot now = store.snapshot();
  CHECK(now.horizon() == parents[0]);
  CHECK(now.parents(newest) == parents);
  CHECK(now.parents(parents[0]).empty());
}
