// Folding: protocol.md rules 2, 4, 16.
#include <doctest/doctest.h>

#include <algorithm>

#include "os/fault_fs.h"
#include "os/mem_fs.h"
#include "store/pack_files.h"
#include "unit/store/fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

struct MemStore {
  os::MemFs memory;
  os::FaultFs fs{memory};
  StoreOptions options;
  Store store;
  static StoreOptions with(os::Fs& fs) {
    StoreOptions options;
    options.fs = &fs;
    options.allow_other_owner = true;
    return options;
  }
  MemStore() : options(with(fs)), store(Store::create("/s", options)) {}
  std::size_t live() { return store.snapshot().state().root.live().size(); }
  bool has(const PackName& name) { return memory.stat("/s/packs/" + name.hex() + ".pack").has_value(); }
};

}  // namespace

TEST_CASE("the number of packs stays logarithmic, the state the same") {
  MemStore mem;
  std::vector<Id> commits;
  for (int i = 0; i < 120; ++i) {
    commits.push_back(commit_to(mem.store, "refs/heads/main", text_of(300, static_cast<unsigned>(i))));
    const Id operation = mem.store.snapshot().operation();
    mem.store.fold();
    CHECK(mem.store.snapshot().operation() == operation);
  }
  CHECK(mem.live() <= 12);
  const Snapshot now = Store::open("/s", mem.options).snapshot();
  CHECK(now.ref_commit("HEAD") == commits.back());
  read_everything(now);
  for (const Id& id : commits) CHECK(now.find(id));
  CHECK(packs_present(mem.memory, {"/s"}).size() <= 40);
}

TEST_CASE("a condemned pack is unlinked only when both slots are past it") {
  MemStore mem;
  for (int i = 0; i < 100; ++i) {
    commit_to(mem.store, "refs/heads/main", std::to_string(i));
    mem.store.fold();
    // Whatever either slot names, live, is there.
    for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{slot_spacing}}) {
      Bytes bytes(slot_size);
      mem.memory.open_read("/s/root")->pread(offset, bytes);
      const auto slot = decode_slot(bytes);
      REQUIRE(slot);
      const LoadedRoot root{decode_root([&] {
                              Bytes blob(slot->root_size);
                              mem.memory.open_read("/s/root")->pread(offset + blob_offset, blob);
                              return blob;
                            }()),
                            slot->root_hash, slot->carrier};
      for (const RootPack& pack : root.live()) CHECK(mem.has(pack.summary.name));
    }
  }
}

TEST_CASE("a fold whose inputs went away, or whose epoch changed, is thrown away") {
  for (const bool epoch_only : {false, true}) {
    MemStore mem;
    for (int i = 0; i < 8; ++i) commit_to(mem.store, "refs/heads/main", std::to_string(i));
    Store other = Store::open("/s", mem.options);
    bool done = false;
    mem.fs.before_each([&](const os::CallInfo& call) {
      if (call.call != os::Call::lock || done) return;
      done = true;  // between the fold's copy and its lock
      if (!epoch_only) return collect(other);
      Store::Impl& impl = impl_of(other);
      PublishLock lock = impl.lock();
      const Current on = current_under_lock(impl, lock);
      Root next = successor(impl, *on.state);
      next.epoch = random_nonce(impl.fs);
      PrivatePack carrier(impl.fs, impl.paths);
      switch_root(impl, lock, on, std::move(next), carrier, {});
    });
    CHECK(mem.store.fold() == 0);
    mem.fs.before_each({});
    CHECK(done);
    CHECK(mem.memory.list("/s/tmp")->empty());
    read_everything(Store::open("/s", mem.options).snapshot());
  }
}

TEST_CASE("of two folds of the same packs one is thrown away") {
  MemStore mem;
  for (int i = 0; i < 8; ++i) commit_to(mem.store, "refs/heads/main", std::to_string(i));
  Store other = Store::open("/s", mem.options);
  bool done = false;
  mem.fs.before_each([&](const os::CallInfo& call) {
    if (call.call != os::Call::lock || done) return;
    done = true;
    CHECK(other.fold() > 0);
  });
  CHECK(mem.store.fold() == 0);
  mem.fs.before_each({});
  CHECK(done);
  read_everything(Store::open("/s", mem.options).snapshot());
}

TEST_CASE("a fold and a commit that overlap both succeed") {
  MemStore mem;
  for (int i = 0; i < 8; ++i) commit_to(mem.store, "refs/heads/main", std::to_string(i));
  Store other = Store::open("/s", mem.options);
  bool done = false;
  std::optional<Id> id;
  mem.fs.before_each([&](const os::CallInfo& call) {
    if (call.call != os::Call::lock || done) return;
    done = true;
    id = commit_to(other, "refs/heads/main", "beside the fold");
  });
  CHECK(mem.store.fold() > 0);
  mem.fs.before_each({});
  CHECK(mem.store.snapshot().ref_commit("HEAD") == id);
  read_everything(Store::open("/s", mem.options).snapshot());
}

TEST_CASE("a transaction open across a fold publishes, its bases still plain") {
  MemStore mem;
  const std::string old_text = text_of(20'000, 1);
  commit_to(mem.store, "refs/heads/main", old_text);
  Transaction txn = mem.store.begin();
  std::string new_text = old_text;
  new_text[100] = '!';
  const Id base = hash_object(ObjectType::chunk, as_bytes(old_text));
  const Id based = txn.put(ObjectType::chunk, as_bytes(new_text), &base);
  REQUIRE(txn.impl().objects.bases().size() == 1);
  for (int i = 0; i < 30; ++i) {
    commit_to(mem.store, "refs/heads/other", text_of(15'000, 7 + static_cast<unsigned>(i)));
    mem.store.fold();
  }
  txn.set_ref("refs/heads/new", std::nullopt, RefValue::commit(put_commit(txn, new_text)));
  txn.publish({{"t", "t"}, "test", Time{1, 0}});
  const Snapshot now = Store::open("/s", mem.options).snapshot();
  CHECK(now.read(based, ObjectType::chunk).text() == new_text);
  read_everything(now);
}

TEST_CASE("a fold removes temporaries without owner, and no others") {
  MemStore mem;
  Transaction open = mem.store.begin();
  open.put(ObjectType::chunk, as_bytes(text_of(100'000, 1)));
  CHECK(mem.memory.list("/s/tmp")->size() == 1);
  mem.memory.create("/s/tmp/left-behind.pack")->pwrite(0, as_bytes(std::string("x")));
  for (int i = 0; i < 8; ++i) commit_to(mem.store, "refs/heads/main", std::to_string(i));
  CHECK(mem.store.fold() > 0);
  CHECK(mem.memory.list("/s/tmp")->size() == 1);
  CHECK_FALSE(mem.memory.stat("/s/tmp/left-behind.pack"));
  open.set_ref("refs/heads/open", std::nullopt, RefValue::commit(put_commit(open, "x")));
  open.publish({{"t", "t"}, "test", Time{1, 0}});
  read_everything(mem.store.snapshot());
}
