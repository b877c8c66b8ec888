// Publishing: compare-and-swap, names, transactions that grow, failures (protocol.md rules 1, 2, 9, 14, 15).
#include <doctest/doctest.h>

#include "os/fault_fs.h"
#include "os/mem_fs.h"
#include "store/pack_files.h"
#include "unit/os/scratch.h"
#include "unit/store/fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

const PublishInfo info{{"tester", "t@example.org"}, "test", Time{1, 0}};

struct MemStore {
  os::MemFs memory;
  os::FaultFs fs{memory};
  StoreOptions options;
  Store store;

  static StoreOptions with(os::Fs& fs) {
    StoreOptions options;
    options.fs = &fs;
    options.allow_other_owner = true;
    options.lock_timeout_ms = 50;
    return options;
  }
  MemStore() : options(with(fs)), store(Store::create("/s", options)) {}
  Store reopen() {
    fs.clear();
    return Store::open("/s", options);
  }
};

void set(Transaction& txn, const std::string& name, const Id& commit) {
  txn.set_ref(name, std::nullopt, RefValue::commit(commit));
}

}  // namespace

TEST_CASE("of two transactions on one ref the second is told, and another ref is no conflict") {
  MemStore mem;
  Transaction first = mem.store.begin(), second = mem.store.begin(), third = mem.store.begin();
  first.set_ref("refs/heads/main", std::optional<RefValue>(), RefValue::commit(put_commit(first, "1")));
  second.set_ref("refs/heads/main", std::optional<RefValue>(), RefValue::commit(put_commit(second, "2")));
  const Id kept = put_commit(third, "3");
  third.set_ref("refs/heads/other", std::optional<RefValue>(), RefValue::commit(kept));
  first.publish(info);
  const std::string message = message_of([&] { second.publish(info); });
  CHECK(message.find("'refs/heads/main'") != std::string::npos);
  CHECK(third.publish(info).generation == 3);
  CHECK(mem.store.snapshot().ref_commit("refs/heads/other") == kept);
  read_everything(mem.store.snapshot());
  CHECK(code_of([&] { second.publish(info); }) == ErrorCode::usage);  // spent
}

TEST_CASE("several refs move together or not at all; an expectation alone counts too") {
  MemStore mem;
  const Id base = commit_to(mem.store, "refs/heads/main", "base");
  Transaction txn = mem.store.begin();
  const Id next = put_commit(txn, "next", {base});
  set(txn, "refs/heads/a", next);
  set(txn, "refs/heads/b", next);
  txn.expect_ref("refs/heads/main", RefValue::commit(base));
  commit_to(mem.store, "refs/heads/main", "moved");
  CHECK(code_of([&] { txn.publish(info); }) == ErrorCode::lost_race);
  CHECK_FALSE(mem.store.snapshot().ref("refs/heads/a"));
  CHECK_FALSE(mem.store.snapshot().ref("refs/heads/b"));
}

TEST_CASE("a lost race leaves nothing behind and no recovery to do") {
  MemStore mem;
  Transaction txn = mem.store.begin();
  txn.expect_ref("HEAD", std::nullopt);
  set(txn, "refs/heads/a", put_commit(txn, "a"));
  CHECK(code_of([&] { txn.publish(info); }) == ErrorCode::lost_race);
  const std::uint64_t syncs = mem.fs.count(os::Call::datasync);
  commit_to(mem.store, "refs/heads/main", "x");
  CHECK(mem.fs.count(os::Call::datasync) - syncs == 2);  // the pack and the slot
}

TEST_CASE("a small commit writes one pack: two file syncs, one directory sync") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/main", "first");
  const std::uint64_t files = mem.fs.count(os::Call::create), syncs = mem.fs.count(os::Call::datasync);
  const std::uint64_t directories = mem.fs.count(os::Call::sync_directory);
  commit_to(mem.store, "refs/heads/main", "second");
  CHECK(mem.fs.count(os::Call::create) - files == 1);
  CHECK(mem.fs.count(os::Call::datasync) - syncs == 2);
  CHECK(mem.fs.count(os::Call::sync_directory) - directories == 1);
}

TEST_CASE("a large transaction syncs its bulk before it takes the lock") {
  MemStore mem;
  Transaction txn = mem.store.begin();
  Bytes noise(1 << 20);
  std::vector<Id> chunks;
  for (int i = 0; i < 6; ++i) {
    mem.fs.random(noise);
    chunks.push_back(txn.put(ObjectType::chunk, noise));
  }
  TreeBuilder tree(txn);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    tree.add("f" + std::to_string(i), {Kind::file, noise.size(), chunks[i]});
  }
  Commit commit;
  commit.tree = tree.finish();
  const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)));
  set(txn, "refs/heads/main", id);
  bool locked = false;
  std::vector<bool> locked_at_sync;
  mem.fs.before_each([&](const os::CallInfo& call) {
    if (call.call == os::Call::lock) locked = true;
    if (call.call == os::Call::datasync) locked_at_sync.push_back(locked);
  });
  txn.publish(info);
  mem.fs.before_each({});
  CHECK(locked_at_sync == std::vector<bool>{false, true, true});
  const Snapshot now = mem.store.snapshot();
  CHECK(now.state().root.live().size() == 3);
  read_everything(now);
}

TEST_CASE("objects are readable from the moment they are put, whatever becomes of them") {
  MemStore mem;
  const std::string old_text = text_of(20'000, 1);
  std::string new_text = old_text;
  new_text[5000] = '!';
  Transaction before = mem.store.begin();
  set(before, "refs/heads/main", put_commit(before, old_text));
  before.publish(info);
  const Id old_id = hash_object(ObjectType::chunk, as_bytes(old_text));

  Transaction txn = mem.store.begin();
  const Id small = txn.put(ObjectType::chunk, as_bytes(std::string("small")));
  const Id large = txn.put(ObjectType::chunk, as_bytes(text_of(50'000, 2)));
  const Id based = txn.put(ObjectType::chunk, as_bytes(new_text), &old_id);
  const auto check = [&] {
    CHECK(txn.read(small, ObjectType::chunk).text() == "small");
    CHECK(txn.read(large, ObjectType::chunk).text() == text_of(50'000, 2));
    CHECK(txn.read(based, ObjectType::chunk).text() == new_text);
    CHECK(txn.read(old_id, ObjectType::chunk).text() == old_text);
    CHECK(txn.find(small)->size == 5);
    CHECK(txn.find(large)->size == 50'000);
    CHECK_FALSE(txn.find(hash_object(ObjectType::chunk, as_bytes(std::string("absent")))));
  };
  check();
  txn.impl().objects.flush();
  check();
  CHECK(txn.impl().objects.bases() == std::vector{old_id});
  CHECK(txn.put(ObjectType::chunk, as_bytes(std::string("small"))) == small);
  CHECK(mem.store.snapshot().generation() == 2);
}

TEST_CASE("a chunk that displaces a based one is based on that one's own base") {
  MemStore mem;
  std::string text = text_of(30'000, 3);
  std::vector<Id> ids;
  for (int version = 0; version < 4; ++version) {
    text[static_cast<std::size_t>(version) * 1000] = '#';
    Transaction txn = mem.store.begin();
    ids.push_back(txn.put(ObjectType::chunk, as_bytes(text), version ? &ids.back() : nullptr));
    set(txn, "refs/heads/main", put_commit(txn, text));
    txn.publish(info);
  }
  const Snapshot now = mem.store.snapshot();
  CHECK(now.state().packs->locate_plain(ids[0]));
  for (int version = 1; version < 4; ++version) {
    CHECK(now.state().packs->base_of(ids[static_cast<std::size_t>(version)]) == ids[0]);
    CHECK(now.read(ids[static_cast<std::size_t>(version)], ObjectType::chunk).bytes.size() == 30'000);
  }
}

TEST_CASE("a ref cannot be a directory of another") {
  MemStore mem;
  const Id id = commit_to(mem.store, "refs/heads/a", "a");
  const auto try_set = [&](std::vector<std::pair<std::string, bool>> refs) {
    Transaction txn = mem.store.begin();
    for (const auto& [name, on] : refs)
      txn.set_ref(name, std::nullopt, on ? std::optional(RefValue::commit(id)) : std::nullopt);
    txn.publish(info);
  };
  CHECK(code_of([&] { try_set({{"refs/heads/a/b", true}}); }) == ErrorCode::refused);
  CHECK(message_of([&] { try_set({{"refs/heads/a/b", true}}); }).find("'refs/heads/a'") != std::string::npos);
  CHECK(code_of([&] { try_set({{"refs/heads", true}}); }) == ErrorCode::refused);
  CHECK(code_of([&] { try_set({{"refs/heads/c", true}, {"refs/heads/c/d", true}}); }) == ErrorCode::refused);
  CHECK_FALSE(code_of([&] { try_set({{"refs/heads/a-b", true}}); }));
  CHECK_FALSE(code_of([&] { try_set({{"refs/heads/a", false}, {"refs/heads/a/b", true}}); }));
  CHECK_FALSE(code_of([&] { try_set({{"refs/heads/a", true}, {"refs/heads/a/b", false}}); }));
  CHECK(code_of([&] { try_set({{"refs/heads/../x", true}}); }) == ErrorCode::usage);
  CHECK(code_of([&] { try_set({{"-x", true}}); }) == ErrorCode::usage);
}

TEST_CASE("symbolic refs are followed, and a loop is an error") {
  MemStore mem;
  const Id id = commit_to(mem.store, "refs/heads/main", "m");
  Transaction txn = mem.store.begin();
  txn.set_ref("a", std::nullopt, RefValue::symbolic("b"));
  txn.set_ref("b", std::nullopt, RefValue::symbolic("HEAD"));
  txn.set_ref("loop", std::nullopt, RefValue::symbolic("loop"));
  txn.set_ref("stage", std::nullopt, RefValue::tree(empty_tree_id()));
  txn.publish(info);
  const Snapshot now = mem.store.snapshot();
  CHECK(now.ref_commit("a") == id);
  CHECK(code_of([&] { now.resolve_ref("loop"); }) == ErrorCode::damaged);
  CHECK_FALSE(now.ref_commit("stage"));
  CHECK(now.refs("refs/heads/").size() == 1);
  CHECK(now.refs().size() == 6);
}

TEST_CASE("a failed sync ends writing by this process, and the next one continues") {
  for (int nth = 1; nth <= 2; ++nth) {
    MemStore mem;
    const Id first = commit_to(mem.store, "refs/heads/main", "first");
    mem.fs.fail(os::Call::datasync, static_cast<std::uint64_t>(nth), EIO);
    const std::string message = message_of([&] { commit_to(mem.store, "refs/heads/main", "second"); });
    CHECK((message.find("outcome unknown") != std::string::npos) == (nth == 2));
    const std::uint64_t changes = mem.fs.changes();
    CHECK(code_of([&] { mem.store.begin(); }) == ErrorCode::io);
    CHECK(mem.fs.changes() == changes);
    CHECK(mem.store.snapshot().ref_commit("HEAD").has_value());  // reading goes on
    Store again = mem.reopen();
    const Id now = *again.snapshot().ref_commit("HEAD");
    CHECK((now == first) == (nth == 1));
    read_everything(again.snapshot());
    commit_to(again, "refs/heads/main", "third");
  }
}

TEST_CASE("a failed directory sync publishes nothing, and its pack is removed by the next writer") {
  MemStore mem;
  const Id first = commit_to(mem.store, "refs/heads/main", "first");
  mem.fs.fail(os::Call::sync_directory, 1, EIO);
  CHECK(code_of([&] { commit_to(mem.store, "refs/heads/main", "second"); }) == ErrorCode::io);
  Store again = mem.reopen();
  CHECK(again.snapshot().ref_commit("HEAD") == first);
  CHECK(packs_present(mem.fs, {"/s"}).size() == 3);
  const std::uint64_t syncs = mem.fs.count(os::Call::sync_directory);
  commit_to(again, "refs/heads/main", "third");
  // Recovery: packs/, the store, the directory above; then the publish, which makes the removal durable, too.
  CHECK(mem.fs.count(os::Call::sync_directory) - syncs == 4);
  CHECK(packs_present(mem.fs, {"/s"}).size() == 3);
}

TEST_CASE("a full disk at any step loses nothing, and the next commit succeeds") {
  MemStore mem;
  const Id first = commit_to(mem.store, "refs/heads/main", "first");
  const std::uint64_t before = mem.fs.changes();
  commit_to(mem.store, "refs/heads/count", "count the steps");
  const std::uint64_t steps = mem.fs.changes() - before;
  REQUIRE(steps > 5);
  std::size_t poisoned = 0;  // after a failed sync not even the temporary may be removed
  for (std::uint64_t nth = 1; nth <= steps; ++nth) {
    const std::string name = "refs/heads/b" + std::to_string(nth);
    mem.fs.fail_change(nth, ENOSPC);
    std::optional<Id> id;
    const auto code = code_of([&] { id = commit_to(mem.store, name, "x"); });
    CHECK((!code || code == ErrorCode::io));
    poisoned += mem.fs.poisoned() ? 1 : 0;
    mem.fs.clear();
    const Snapshot now = mem.store.snapshot();
    if (id) CHECK(now.ref_commit(name) == *id);
    CHECK(now.ref_commit("HEAD") == first);
    CHECK_FALSE(code_of([&] { commit_to(mem.store, name, "y"); }));
    CHECK(mem.memory.list("/s/tmp")->size() <= poisoned);
  }
  CHECK(poisoned == 3);
  read_everything(mem.reopen().snapshot());
}

TEST_CASE("a failure at the slot that turns out published is a success") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/main", "first");
  // The slot's write fails half way: it is torn, and recovery rolls it forward from the pack just written.
  bool armed = false;
  mem.fs.set_partial_write(100);
  mem.fs.before_each([&](const os::CallInfo& call) {
    if (call.call == os::Call::sync_directory && !armed) {
      armed = true;
      mem.fs.fail(os::Call::write, 2, ENOSPC);  // blob, then slot
    }
  });
  std::optional<Id> id;
  CHECK_FALSE(code_of([&] { id = commit_to(mem.store, "refs/heads/main", "second"); }));
  mem.fs.before_each({});
  CHECK(mem.reopen().snapshot().ref_commit("HEAD") == id);
}

TEST_CASE("the lock times out with a clear answer") {
  MemStore mem;
  Transaction txn = mem.store.begin();
  set(txn, "refs/heads/main", put_commit(txn, "x"));
  const auto held = mem.fs.lock("/s/lock", os::LockMode::exclusive, 0);
  CHECK(code_of([&] { txn.publish(info); }) == ErrorCode::lost_race);
}

TEST_CASE("an object over the limit is refused") {
  MemStore mem;
  Transaction txn = mem.store.begin();
  CHECK(code_of([&] { txn.put(ObjectType::chunk, Bytes(frame_raw_max + 1)); }) == ErrorCode::usage);
}

TEST_CASE("a state that others wrote is synced before it is acknowledged") {
  MemStore mem;
  Store other = Store::open("/s", mem.options);
  const Id id = commit_to(other, "refs/heads/main", "x");
  const std::uint64_t syncs = mem.fs.count(os::Call::datasync);
  CHECK(mem.store.durable_snapshot().ref_commit("HEAD") == id);
  CHECK(mem.fs.count(os::Call::datasync) == syncs + 1);
}

TEST_CASE("a dropped transaction leaves no trace") {
  MemStore mem;
  {
    Transaction txn = mem.store.begin();
    txn.put(ObjectType::chunk, as_bytes(text_of(100'000, 5)));
    CHECK(mem.memory.list("/s/tmp")->size() == 1);
  }
  CHECK(mem.memory.list("/s/tmp")->empty());
  CHECK(mem.store.snapshot().generation() == 1);
}
