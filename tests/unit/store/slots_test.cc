// Reading the root: protocol.md rules 3, 4, 7 and 8.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "os/mem_fs.h"
#include "store/pack_files.h"
#include "store/settle.h"
#include "unit/os/scratch.h"
#include "unit/store/fixture.h"
#include "vstore/fsck.h"

using namespace vstore;
using namespace vstore::test;

namespace {

constexpr std::uint64_t offsets[] = {0, slot_spacing};

/// A small store in memory whose files can be spoilt.
struct MemStore {
  os::MemFs fs;
  StoreOptions options;
  std::vector<std::string> warnings;
  std::string path = "/s";

  MemStore() {
    options.fs = &fs;
    options.allow_other_owner = true;
    options.lock_timeout_ms = 2000;
    options.warn = [this](std::string_view line) { warnings.emplace_back(line); };
    Store::create(path, options);
  }
  Store open() { return Store::open(path, options); }

  Bytes read(std::uint64_t offset, std::size_t size) {
    Bytes bytes(size);
    fs.open_read(path + "/root")->pread(offset, bytes);
    return bytes;
  }
  void write(std::uint64_t offset, ByteView bytes) { fs.open_write(path + "/root")->pwrite(offset, bytes); }
  void spoil(std::uint64_t offset, std::size_t size) { write(offset, Bytes(size, 0xee)); }

  int newest() {
    return decode_slot(read(0, slot_size))->generation >
                   decode_slot(read(slot_spacing, slot_size))->generation
               ? 0
               : 1;
  }
  std::string pack(const PackName& name) const { return path + "/packs/" + name.hex() + ".pack"; }
  void remove(const PackName& name) { fs.unlink(pack(name)); }

  /// Adds the pack of a commit made on an earlier state, as a publish that never reached the slot leaves it.
  void add_step_from(const os::Image& before) {
    os::MemFs twin(before, path, 99);
    StoreOptions there = options;
    there.fs = &twin;
    Store other = Store::open(path, there);
    commit_to(other, "refs/heads/main", "another step");
    const PackName name = other.snapshot().state().root.carrier.name;
    const auto file = twin.open_read(pack(name));
    Bytes bytes(static_cast<std::size_t>(file->size()));
    file->pread(0, bytes);
    fs.create(pack(name))->pwrite(0, bytes);
  }
};

}  // namespace

TEST_CASE("the slot written is the one that does not hold the newest root") {
  MemStore mem;
  Store store = mem.open();
  for (int i = 0; i < 5; ++i) {
    const Bytes kept = mem.read(i == 0 ? 0 : offsets[mem.newest()], slot_size);
    const std::uint64_t kept_at = i == 0 ? 0 : offsets[mem.newest()];
    commit_to(store, "refs/heads/main", std::to_string(i));
    CHECK(mem.read(kept_at, slot_size) == kept);
  }
}

TEST_CASE("a newest slot torn at any byte is rolled forward from the packs, and said") {
  MemStore mem;
  Store store = mem.open();
  commit_to(store, "refs/heads/main", "one");
  const int next = 1 - mem.newest();
  const Bytes before = mem.read(offsets[next], slot_size);
  const Id last = commit_to(store, "refs/heads/main", "two");
  const Bytes after = mem.read(offsets[next], slot_size);
  for (std::size_t torn = 0; torn <= slot_size; torn += torn < 480 ? 7 : 1) {
    Bytes mixed(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(torn));
    mixed.insert(mixed.end(), before.begin() + static_cast<std::ptrdiff_t>(torn), before.end());
    if (mixed == before) continue;
    mem.write(offsets[next], mixed);
    mem.warnings.clear();
    const Snapshot seen = mem.open().snapshot();
    CHECK(seen.ref_commit("HEAD") == last);
    CHECK(mem.warnings.empty() == (mixed == after));
    CHECK(mem.read(offsets[next], slot_size) == mixed);  // readers repair nothing
  }
}

TEST_CASE("the next writer repairs a bad slot, whichever it is") {
  for (const bool newest : {false, true}) {
    MemStore mem;
    Store store = mem.open();
    commit_to(store, "refs/heads/main", "one");
    const Id last = commit_to(store, "refs/heads/main", "two");
    mem.spoil(offsets[newest ? mem.newest() : 1 - mem.newest()], 100);
    mem.warnings.clear();
    Store again = mem.open();
    CHECK(again.snapshot().ref_commit("HEAD") == last);
    const Id third = commit_to(again, "refs/heads/main", "three");
    CHECK_FALSE(mem.warnings.empty());
    for (const std::uint64_t offset : offsets) CHECK(decode_slot(mem.read(offset, slot_size)));
    CHECK(mem.open().snapshot().commit(third).parents == std::vector{last});
  }
}

TEST_CASE("both slots bad is damage with a remedy") {
  MemStore mem;
  mem.spoil(offsets[0] + 5, 1);
  mem.spoil(offsets[1] + 5, 1);
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
  CHECK(message_of([&] { mem.open(); }).find("fsck --repair") != std::string::npos);
}

TEST_CASE("a truncated root file is two bad slots, or one") {
  MemStore mem;
  Store store = mem.open();
  commit_to(store, "refs/heads/main", "one");
  const Id last = commit_to(store, "refs/heads/main", "two");
  mem.fs.open_write(mem.path + "/root")->truncate(slot_spacing);
  CHECK(mem.open().snapshot().ref_commit("HEAD") == last);
  mem.fs.open_write(mem.path + "/root")->truncate(0);
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
}

TEST_CASE("the root blob is taken from the carrier when the copy beside the slot is spoilt") {
  MemStore mem;
  Store store = mem.open();
  const Id last = commit_to(store, "refs/heads/main", "one");
  for (const std::uint64_t offset : offsets) mem.spoil(offset + blob_offset, 64);
  CHECK(mem.open().snapshot().ref_commit("HEAD") == last);
}

TEST_CASE("a root too large to lie beside the slot has a second carrier") {
  MemStore mem;
  Store store = mem.open();
  Store::Impl& impl = impl_of(store);
  {
    PublishLock lock = impl.lock();
    const Current on = current_under_lock(impl, lock);
    Root next = successor(impl, *on.state);
    for (int i = 0; i < 4000; ++i) next.condemned.push_back({PackName::random(mem.fs), next.generation});
    PrivatePack carrier(impl.fs, impl.paths);
    switch_root(impl, lock, on, std::move(next), carrier, {});
  }
  for (const std::uint64_t offset : offsets) mem.spoil(offset + blob_offset, 64);
  const Snapshot large = mem.open().snapshot();
  const auto second = large.state().root.root.second_carrier;
  REQUIRE(second);
  CHECK(large.generation() == 2);
  const auto pack = PackReader::open(mem.fs, impl.paths.pack(*second));
  REQUIRE(pack);
  CHECK(hash_root(pack->root_blob()) == large.state().root.hash);
  const Id id = commit_to(store, "refs/heads/main", "next");  // the old second carrier is condemned now
  CHECK(mem.open().snapshot().ref_commit("HEAD") == id);
}

TEST_CASE("two packs that claim to be the next state are damage") {
  MemStore mem;
  Store store = mem.open();
  commit_to(store, "refs/heads/main", "one");
  const int next = 1 - mem.newest();
  const os::Image before = os::Image::read(mem.fs, mem.path);
  commit_to(store, "refs/heads/main", "two");
  mem.add_step_from(before);
  CHECK(mem.open().snapshot().generation() == 3);  // while the slot is good, nobody looks
  mem.spoil(offsets[next], 8);
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
}

TEST_CASE("a pack written for the successor of an older state than the survivor is not rolled forward to") {
  MemStore mem;
  Store store = mem.open();
  commit_to(store, "refs/heads/main", "one");
  const os::Image before = os::Image::read(mem.fs, mem.path);
  const Id last = commit_to(store, "refs/heads/main", "two");
  mem.add_step_from(before);
  mem.spoil(offsets[1 - mem.newest()], 8);
  CHECK(mem.open().snapshot().ref_commit("HEAD") == last);
}

TEST_CASE("with a bad slot, an unreadable pack that the survivor does not name is damage") {
  MemStore mem;
  Store store = mem.open();
  commit_to(store, "refs/heads/main", "one");
  commit_to(store, "refs/heads/main", "two");
  const PackName carrier = store.snapshot().state().root.carrier.name;
  const auto pack = mem.fs.open_write(mem.path + "/packs/" + carrier.hex() + ".pack");
  pack->truncate(pack->size() - 1);
  mem.spoil(offsets[mem.newest()], 8);
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
}

TEST_CASE("a missing pack is damage, never an older state") {
  MemStore mem;
  Store store = mem.open();
  commit_to(store, "refs/heads/main", "one");
  commit_to(store, "refs/heads/main", "two");
  mem.remove(store.snapshot().state().root.carrier.name);
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
  mem.spoil(offsets[1 - mem.newest()], 8);
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
}

TEST_CASE("a pack that was replaced by another sound one is damage") {
  MemStore mem;
  Store store = mem.open();
  commit_to(store, "refs/heads/main", "one");
  const auto live = store.snapshot().state().root.live();
  mem.fs.rename(mem.path + "/packs/" + live[0].summary.name.hex() + ".pack",
                mem.path + "/packs/" + live[1].summary.name.hex() + ".pack");
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
}

TEST_CASE("the slots of another store are bad slots") {
  MemStore mem;
  os::MemFs other_fs(77);
  StoreOptions options = mem.options;
  options.fs = &other_fs;
  Store::create("/s", options);
  Bytes root(2 * slot_spacing);
  other_fs.open_read("/s/root")->pread(0, root);
  mem.write(0, root);
  CHECK(code_of([&] { mem.open(); }) == ErrorCode::damaged);
}

TEST_CASE("a reader that sees a torn slot waits for the writer") {
  MemStore mem;
  Store store = mem.open();
  const Id last = commit_to(store, "refs/heads/main", "one");
  const int newest = mem.newest();
  const Bytes whole = mem.read(offsets[newest], slot_size);
  auto writer = mem.fs.lock(mem.path + "/lock", os::LockMode::exclusive, 0);
  mem.spoil(offsets[newest], 256);
  std::thread finishing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    mem.write(offsets[newest], whole);
    writer.reset();
  });
  mem.warnings.clear();
  CHECK(mem.open().snapshot().ref_commit("HEAD") == last);
  CHECK(mem.warnings.empty());
  finishing.join();
}

TEST_CASE("a dead bitmap makes objects absent to every look-up") {
  MemStore mem;
  Store store = mem.open();
  const Id gone = commit_to(store, "refs/heads/x", "gone");
  delete_ref(store, "refs/heads/x");
  Store::Impl& impl = impl_of(store);
  const Snapshot now = store.snapshot();
  std::size_t holder = 0;
  const auto& packs = now.state().packs->packs();
  while (!packs[holder].reader->find(gone)) ++holder;
  Bytes bitmap((packs[holder].reader->object_count() + 7) / 8);
  const auto position = *packs[holder].reader->find_position(gone);
  bitmap[position / 8] = static_cast<std::uint8_t>(1u << (position % 8));
  NewObjects objects(impl.fs, impl.paths, now.state().packs, impl.cache);
  const Id dead = objects.put(ObjectType::bitmap, bitmap);
  objects.flush();
  PublishLock lock = impl.lock();
  const Current on = current_under_lock(impl, lock);
  Root next = successor(impl, *on.state);
  next.packs[holder].dead = dead;
  switch_root(impl, lock, on, std::move(next), objects.final_pack(), {});
  const Snapshot after = mem.open().snapshot();
  CHECK_FALSE(after.find(gone));
  CHECK(after.find_prefix(gone.hex().substr(0, 12), 5).empty());
  CHECK(now.find(gone));
  read_everything(after);
}

TEST_CASE("a torn root blob beside a sound slot is no damage after an interruption, and recovery makes it again") {
  MemStore mem;
  Store store = mem.open();
  for (const char* content : {"one", "two", "three"}) commit_to(store, "refs/heads/main", content);
  const std::uint64_t spoilt = offsets[mem.newest()];
  const Bytes slot = mem.read(spoilt, slot_size), blob = mem.read(spoilt + blob_offset, 64);
  FsckOptions check;
  check.store = mem.options;
  mem.spoil(spoilt + blob_offset, 32);
  CHECK_FALSE(fsck(mem.path, check).sound());  // the last holder had finished, so this is rot
  mem.fs.open_write(mem.path + "/lock")->pwrite(0, as_bytes(std::string(160, ' ')));
  const FsckReport report = fsck(mem.path, check);
  CHECK(report.sound());
  CHECK(report.notes.size() == 1);
  {
    PublishLock lock = impl_of(store).lock();
    current_under_lock(impl_of(store), lock);
  }
  CHECK(mem.read(spoilt, slot_size) == slot);
  CHECK(mem.read(spoilt + blob_offset, 64) == blob);
  CHECK(fsck(mem.path, check).notes.empty());
}
