// Group commit: writers that wait for the lock are published by its holder (protocol.md rule 14).
#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "os/fault_fs.h"
#include "os/mem_fs.h"
#include "store/turn.h"
#include "unit/os/scratch.h"
#include "unit/store/fixture.h"
#include "vstore/fsck.h"

using namespace vstore;
using namespace vstore::test;

namespace {

const PublishInfo info{{"other", "o@example.org"}, "other", Time{1, 0}};
constexpr Nonce nonce = {1, 2, 3};

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
};

/// A writer that has posted a change of one ref and waits.
struct Waiting {
  Waiting(MemStore& mem, const std::string& ref, std::optional<std::optional<RefValue>> expected = {},
          const Nonce& its_nonce = nonce)
      : handle(Store::open("/s", mem.options)), txn(handle.begin()), mailbox(mem.fs, {"/s"}) {
    commit = put_commit(txn, "content of " + ref);
    txn.set_ref(ref, expected, RefValue::commit(commit));
    txn.impl().objects.flush();
    const auto wish = wish_of(txn.impl(), info, its_nonce);
    REQUIRE(wish);
    REQUIRE(mailbox.post(*wish));
  }

  Store handle;
  Transaction txn;
  Mailbox mailbox;
  Id commit;
};

std::size_t operations_with(const Snapshot& now, const std::string& command) {
  std::size_t count = 0;
  for (Id at = now.operation();;) {
    count += now.operation(at).command == command ? 1 : 0;
    const std::vector<Id> parents = now.parents(at);
    if (parents.empty()) return count;
    at = parents[0];
  }
}

}  // namespace

TEST_CASE(
    "a waiting writer's change is published with the holder's: one root, two operations, no sync more") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/main", "first");
  Waiting waiting(mem, "refs/heads/other");
  const std::uint64_t generation = mem.store.snapshot().generation();
  const std::uint64_t syncs = mem.fs.count(os::Call::datasync), renames = mem.fs.count(os::Call::rename);
  const Id own = commit_to(mem.store, "refs/heads/main", "second");
  CHECK(mem.fs.count(os::Call::datasync) - syncs == 2);
  CHECK(mem.fs.count(os::Call::rename) - renames == 1);
  const auto answer = waiting.mailbox.answer();
  REQUIRE(answer);
  REQUIRE(answer->published);
  const Snapshot now = mem.store.snapshot();
  CHECK(now.generation() == generation + 1);
  CHECK(answer->published->generation == now.generation());
  CHECK(answer->published->operation == now.operation());
  CHECK(now.operation(now.operation()).command == "other");
  CHECK(now.operation(now.parents(now.operation())[0]).command == "commit");
  CHECK(now.ref_commit("refs/heads/main") == own);
  CHECK(now.ref_commit("refs/heads/other") == waiting.commit);
  // The state between the two is one of the log like any other.
  CHECK_FALSE(now.at(now.parents(now.operation())[0]).ref("refs/heads/other"));
  read_everything(now);
  read_everything(now.at(now.parents(now.operation())[0]));
  FsckOptions fsck_options;
  fsck_options.store = mem.options;
  CHECK(fsck("/s", fsck_options).sound());
}

TEST_CASE("refs are checked one after the other, in the view as it grows") {
  MemStore mem;
  const Id first = commit_to(mem.store, "refs/heads/main", "first");
  Waiting on_main(mem, "refs/heads/main", RefValue::commit(first));
  Waiting one(mem, "refs/heads/new", std::optional<RefValue>(), Nonce{1});
  Waiting two(mem, "refs/heads/new", std::optional<RefValue>(), Nonce{2});
  const Id own = commit_to(mem.store, "refs/heads/main", "second");
  const auto late = on_main.mailbox.answer();
  REQUIRE(late);
  CHECK_FALSE(late->published);
  CHECK(late->code == ErrorCode::lost_race);
  CHECK(late->what.find("'refs/heads/main'") != std::string::npos);
  const auto answer_one = one.mailbox.answer(), answer_two = two.mailbox.answer();
  REQUIRE((answer_one && answer_two));
  CHECK(answer_one->published.has_value() != answer_two->published.has_value());
  const Snapshot now = mem.store.snapshot();
  CHECK(now.ref_commit("refs/heads/main") == own);
  CHECK(now.ref_commit("refs/heads/new") == (answer_one->published ? one.commit : two.commit));
  read_everything(now);
}

TEST_CASE("of two names of which one would be the other's directory, whoever comes first wins") {
  MemStore mem;
  Waiting above(mem, "refs/heads/new", {}, Nonce{1});
  Waiting below(mem, "refs/heads/new/below", {}, Nonce{2});
  commit_to(mem.store, "refs/heads/main", "first");
  const auto answer_above = above.mailbox.answer(), answer_below = below.mailbox.answer();
  REQUIRE((answer_above && answer_below));
  CHECK(answer_above->published.has_value() != answer_below->published.has_value());
  CHECK((answer_above->published ? answer_below : answer_above)->code == ErrorCode::refused);
  const Snapshot now = mem.store.snapshot();
  CHECK(now.ref("refs/heads/new").has_value() == answer_above->published.has_value());
  CHECK(now.ref("refs/heads/new/below").has_value() == answer_below->published.has_value());
  read_everything(now);
}

TEST_CASE("a change of another epoch is left to its writer") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/main", "first");
  Waiting waiting(mem, "refs/heads/other");
  collect(mem.store);
  commit_to(mem.store, "refs/heads/main", "second");
  CHECK_FALSE(waiting.mailbox.answer());
  CHECK_FALSE(mem.store.snapshot().ref("refs/heads/other"));
}

TEST_CASE("what a dead writer left in its mailbox is not published") {
  MemStore mem;
  Bytes bytes;
  {
    Waiting waiting(mem, "refs/heads/other");
    const auto names = *mem.fs.list("/s/tmp");
    const auto name =
        std::ranges::find_if(names, [](const std::string& file) { return file.ends_with(".wish"); });
    REQUIRE(name != names.end());
    const std::string path = "/s/tmp/" + *name;
    const auto file = mem.fs.open_read(path);
    bytes.resize(file->size());
    file->pread(0, bytes);
  }
  mem.fs.create("/s/tmp/dead.wish")->pwrite(0, bytes);
  commit_to(mem.store, "refs/heads/main", "first");
  CHECK_FALSE(mem.store.snapshot().ref("refs/heads/other"));
}

TEST_CASE("a wish can be withdrawn, and whoever withdraws it knows whether it may still be published") {
  MemStore mem;
  Waiting waiting(mem, "refs/heads/other");
  CHECK(waiting.mailbox.withdraw());
  commit_to(mem.store, "refs/heads/main", "first");
  CHECK_FALSE(mem.store.snapshot().ref("refs/heads/other"));
  Waiting taken(mem, "refs/heads/other");
  const auto wishes = take_wishes(mem.fs, {"/s"}, 10);
  CHECK(wishes.size() == 1);
  CHECK_FALSE(taken.mailbox.withdraw());
  CHECK(take_wishes(mem.fs, {"/s"}, 10).empty());
}

TEST_CASE(
    "a holder that dies after the sync and before the answer: the next one finds the change by its nonce") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/main", "first");
  Waiting waiting(mem, "refs/heads/other");
  // The answer cannot be written, which for the waiting writer is as if the holder had died there.
  mem.fs.before_each([&](const os::CallInfo& call) {
    if (call.call != os::Call::write || !call.path.ends_with(".wish")) return;
    if (mem.fs.count(os::Call::sync_directory) > 0 && mem.store.snapshot().ref("refs/heads/other")) {
      throw Error(ErrorCode::io, "cannot write the answer");
    }
  });
  commit_to(mem.store, "refs/heads/main", "second");
  mem.fs.before_each({});
  CHECK_FALSE(waiting.mailbox.answer());
  commit_to(mem.store, "refs/heads/main", "third");
  const auto answer = waiting.mailbox.answer();
  REQUIRE(answer);
  REQUIRE(answer->published);
  const Snapshot now = mem.store.snapshot();
  CHECK(operations_with(now, "other") == 1);
  CHECK(now.operation(answer->published->operation).command == "other");
}

TEST_CASE("writers that wait in threads: all in the next root") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  commit_to(store, "refs/heads/main", "first");
  constexpr int writers = 5;
  const std::uint64_t before = store.snapshot().generation();
  auto held = os::real_fs().lock(dir / "s/lock", os::LockMode::exclusive, 0);
  REQUIRE(held);
  std::vector<std::thread> threads;
  for (int t = 0; t < writers; ++t) {
    threads.emplace_back(
        [&, t] { commit_to(store, "refs/heads/own" + std::to_string(t), std::to_string(t)); });
  }
  // A wish that somebody takes shows that its writer waits; taken ones may be taken again as long as nobody
  // answers.
  for (std::size_t waiting = 0; waiting < writers;) {
    waiting = take_wishes(os::real_fs(), impl_of(store).paths, 100).size();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  held.reset();
  for (std::thread& thread : threads) thread.join();
  const Snapshot now = Store::open(dir / "s").snapshot();
  CHECK(now.generation() == before + 1);
  for (int t = 0; t < writers; ++t) CHECK(now.ref_commit("refs/heads/own" + std::to_string(t)).has_value());
  CHECK(operations_with(now, "commit") == writers + 1);
  read_everything(now);
}

TEST_CASE("a writer whose time is up says so, and its change is not published later") {
  MemStore mem;
  Transaction txn = mem.store.begin();
  txn.set_ref("refs/heads/late", std::nullopt, RefValue::commit(put_commit(txn, "late")));
  {
    const auto held = mem.fs.lock("/s/lock", os::LockMode::exclusive, 0);
    CHECK(code_of([&] { txn.publish(info); }) == ErrorCode::lost_race);
  }
  commit_to(mem.store, "refs/heads/main", "first");
  CHECK_FALSE(mem.store.snapshot().ref("refs/heads/late"));
}

TEST_CASE("a wish survives its encoding; a changed or shortened one is refused or another wish, never more") {
  MemStore mem;
  Waiting waiting(mem, "refs/heads/other", std::optional<RefValue>());
  auto wish = wish_of(waiting.txn.impl(), info, nonce);
  REQUIRE(wish);
  wish->refs.set("HEAD", RefValue::symbolic("refs/heads/other"));
  wish->info.undoes = waiting.commit;
  const Bytes bytes = encode(*wish);
  CHECK(encode(decode_wish(bytes)) == bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(code_of([&] { decode_wish(ByteView(bytes).first(size)); }).has_value());
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Bytes changed = bytes;
    changed[i] ^= 0x55;
    const auto code = code_of([&] { decode_wish(changed); });
    CHECK((!code || code == ErrorCode::damaged || code == ErrorCode::usage));
  }
}
