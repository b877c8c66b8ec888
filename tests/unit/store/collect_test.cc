// A collector runs while a transaction is open: protocol.md rules 9, 10, 11.
#include <doctest/doctest.h>

#include "os/mem_fs.h"
#include "unit/store/fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

const PublishInfo info{{"tester", "t@example.org"}, "test", Time{1, 0}};

struct MemStore {
  os::MemFs fs;
  StoreOptions options;
  Store store;
  static StoreOptions with(os::Fs& fs) {
    StoreOptions options;
    options.fs = &fs;
    options.allow_other_owner = true;
    return options;
  }
  MemStore() : options(with(fs)), store(Store::create("/s", options)) {}
};

Id chunk_id(const std::string& text) { return hash_object(ObjectType::chunk, as_bytes(text)); }

}  // namespace

TEST_CASE("what a transaction relied on and a collector swept is rewritten") {
  MemStore mem;
  const std::string content = text_of(5000, 1);
  Transaction first = mem.store.begin();
  const Id old = put_commit(first, content);
  first.set_ref("refs/heads/x", std::nullopt, RefValue::commit(old));
  first.publish(info);

  Transaction txn = mem.store.begin();
  const Id fresh = put_commit(txn, content, {old});  // chunk and tree are there already: relied on
  txn.set_ref("refs/heads/y", std::nullopt, RefValue::commit(fresh));
  delete_ref(mem.store, "refs/heads/x");
  collect(mem.store);
  REQUIRE_FALSE(mem.store.snapshot().find(chunk_id(content)));
  REQUIRE_FALSE(mem.store.snapshot().find(old));

  txn.publish(info);
  const Snapshot now = Store::open("/s", mem.options).snapshot();
  CHECK(now.ref_commit("refs/heads/y") == fresh);
  CHECK(now.read(chunk_id(content), ObjectType::chunk).text() == content);
  CHECK(now.find(old));  // the parent, with its own closure
  read_everything(now);
}

TEST_CASE("a ref set to a commit that was swept brings it back") {
  MemStore mem;
  const Id old = commit_to(mem.store, "refs/heads/x", "content");
  Transaction txn = mem.store.begin();
  txn.set_ref("refs/tags/keep", std::nullopt, RefValue::commit(old));
  delete_ref(mem.store, "refs/heads/x");
  collect(mem.store);
  txn.publish(info);
  read_everything(Store::open("/s", mem.options).snapshot());
  CHECK(mem.store.snapshot().ref_commit("refs/tags/keep") == old);
}

TEST_CASE("what is written last, under the lock, is looked up in the state it is published on") {
  MemStore mem;
  Transaction other = mem.store.begin();
  other.set_ref("sym", std::nullopt, RefValue::symbolic("refs/heads/target"));
  other.publish(info);
  Transaction late = mem.store.begin();  // the target's chunk is there, as far as it knows
  late.set_ref("sym2", std::nullopt, RefValue::symbolic("refs/heads/target"));
  delete_ref(mem.store, "sym");
  collect(mem.store);
  late.publish(info);
  const Snapshot now = Store::open("/s", mem.options).snapshot();
  CHECK(now.ref("sym2") == RefValue::symbolic("refs/heads/target"));
  read_everything(now);
}

TEST_CASE("a base that a collector swept is written again, plain") {
  MemStore mem;
  const std::string old_text = text_of(20'000, 2);
  std::string new_text = old_text;
  new_text[777] = '!';
  Transaction first = mem.store.begin();
  first.set_ref("refs/heads/x", std::nullopt, RefValue::commit(put_commit(first, old_text)));
  first.publish(info);

  Transaction txn = mem.store.begin();
  const Id base = chunk_id(old_text);
  const Id based = txn.put(ObjectType::chunk, as_bytes(new_text), &base);
  REQUIRE(txn.impl().objects.bases() == std::vector{base});
  txn.set_ref("refs/heads/y", std::nullopt, RefValue::commit(put_commit(txn, new_text)));
  delete_ref(mem.store, "refs/heads/x");
  collect(mem.store);
  REQUIRE_FALSE(mem.store.snapshot().find(base));
  txn.publish(info);
  const Snapshot now = Store::open("/s", mem.options).snapshot();
  CHECK(now.read(based, ObjectType::chunk).text() == new_text);
  CHECK(now.state().packs->locate_plain(base));
}

TEST_CASE("a base that a collector stored as a delta is written again, plain") {
  MemStore mem;
  const std::string base_text = text_of(20'000, 3);
  std::string deeper_text = base_text, new_text = base_text;
  deeper_text[10] = '?';
  new_text[777] = '!';
  Transaction first = mem.store.begin();
  first.set_ref("refs/heads/x", std::nullopt, RefValue::commit(put_commit(first, base_text)));
  first.publish(info);

  Transaction txn = mem.store.begin();
  const Id base = chunk_id(base_text);
  const Id based = txn.put(ObjectType::chunk, as_bytes(new_text), &base);
  txn.set_ref("refs/heads/y", std::nullopt, RefValue::commit(put_commit(txn, new_text)));
  delete_ref(mem.store, "refs/heads/x");
  collect(mem.store, [&](NewObjects& kept) {
    const Id deeper = chunk_id(deeper_text);
    kept.put_plain(ObjectType::chunk, deeper, as_bytes(deeper_text));
    FrameEncoder encoder;
    auto frame = encoder.encode_based(as_bytes(base_text), FrameClass::data,
                                      {{base, ObjectType::chunk, 0, 20'000}}, deeper, as_bytes(deeper_text));
    REQUIRE(frame);
    kept.append(std::move(*frame));
  });
  REQUIRE(mem.store.snapshot().find(base));
  REQUIRE_FALSE(mem.store.snapshot().state().packs->locate_plain(base));
  txn.publish(info);
  const Snapshot now = Store::open("/s", mem.options).snapshot();
  CHECK(now.read(based, ObjectType::chunk).text() == new_text);
  CHECK(now.read(base, ObjectType::chunk).text() == base_text);
}

TEST_CASE("a snapshot held open reads on after its packs are unlinked") {
  MemStore mem;
  const Id old = commit_to(mem.store, "refs/heads/x", "to go");
  const Snapshot held = mem.store.snapshot();
  delete_ref(mem.store, "refs/heads/x");
  collect(mem.store);
  for (const auto& pack : held.state().root.live())
    mem.fs.unlink(impl_of(mem.store).paths.pack(pack.summary.name));
  CHECK(held.commit(old).message == "to go");
  read_everything(held);
}
