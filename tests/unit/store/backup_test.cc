// Backups: consistent, incremental, crash-safe; and copies made by cp -r.
#include "vstore/backup.h"

#include <random>

#include "os/fault_fs.h"
#include "unit/store/checked_store.h"

using namespace vstore;
using namespace vstore::test;

namespace {

BackupReport backup_of(Checked& s, os::Fs* fs = nullptr) {
  StoreOptions options = s.options;
  if (fs) options.fs = fs;
  return backup(s.open(), "/copy", options);
}

/// The copy has exactly this state, and is sound.
void check_copy(Checked& s, const Snapshot& wanted) {
  const Snapshot copy = Store::open("/copy", s.options).snapshot();
  CHECK(copy.operation() == wanted.operation());
  CHECK(copy.refs().size() == wanted.refs().size());
  CHECK(closure_of(copy) == closure_of(wanted));
  FsckOptions options;
  options.store = s.options;
  const FsckReport report = fsck("/copy", options);
  for (const Damage& damage : report.damage) FAIL_CHECK(damage.file, ": ", damage.what);
}

}  // namespace

TEST_CASE("a backup has the source's state and an id of its own") {
  Checked s;
  Store store = s.open();
  fill(store);
  const BackupReport report = backup_of(s);
  CHECK(report.created);
  CHECK(report.generation == 4);
  CHECK(report.packs_copied == 4);
  check_copy(s, store.snapshot());
  CHECK(Store::open("/copy", s.options).id() != store.id());
}

TEST_CASE("a second backup copies what is new, also after a fold and a collection") {
  Checked s;
  Store store = s.open();
  fill(store);
  backup_of(s);
  CHECK(backup_of(s).up_to_date);
  commit_to(store, "refs/heads/main", "newer");
  BackupReport report = backup_of(s);
  CHECK(report.packs_copied == 1);
  CHECK(report.packs_kept == 4);
  check_copy(s, store.snapshot());
  collect(store);
  commit_to(store, "refs/heads/main", "after the collection");
  report = backup_of(s);
  CHECK(report.packs_kept == 0);
  check_copy(s, store.snapshot());
  Store copy = Store::open("/copy", s.options);
  commit_to(copy, "refs/heads/other", "a backup is a store");
}

TEST_CASE("what is no older backup of the store is refused") {
  Checked s;
  Store store = s.open();
  fill(store);
  SUBCASE("another directory") {
    s.fs.make_directory("/copy");
    s.fs.create("/copy/file");
  }
  SUBCASE("another store") { Store::create("/copy", s.options); }
  SUBCASE("a backup of another store") { backup(Store::create("/other", s.options), "/copy", s.options); }
  SUBCASE("a backup that was changed") {
    backup_of(s);
    Store copy = Store::open("/copy", s.options);
    commit_to(copy, "refs/heads/main", "in the backup");
  }
  SUBCASE("a backup of a newer state") {
    s.image().write(s.fs, (s.fs.make_directory("/old"), "/old"));
    commit_to(store, "refs/heads/main", "newer");
    backup_of(s);
    CHECK(code_of([&] { backup(Store::open("/old", s.options), "/copy", s.options); }) == ErrorCode::refused);
    return;
  }
  CHECK(code_of([&] { backup_of(s); }) == ErrorCode::refused);
}

TEST_CASE("damage is not copied") {
  Checked s;
  Store store = s.open();
  fill(store);
  s.spoil(hash_object(ObjectType::chunk, as_bytes(text_of(40'000, 1))));
  CHECK(code_of([&] { backup_of(s); }) == ErrorCode::damaged);
}

TEST_CASE("a kept pack of the destination that is damaged is noticed") {
  Checked s;
  Store store = s.open();
  fill(store);
  backup_of(s);
  commit_to(store, "refs/heads/main", "newer");
  const std::string pack = "/copy/" + s.packs()[0];
  if (s.fs.stat(pack)) {
    s.fs.open_write(pack)->truncate(100);
    CHECK(code_of([&] { backup_of(s); }) == ErrorCode::damaged);
  }
}

TEST_CASE("a backup that fails at any change is simply run again") {
  for (std::uint64_t nth = 1;; ++nth) {
    Checked s;
    Store store = s.open();
    commit_to(store, "refs/heads/main", "one");
    const bool again = nth % 2 == 0;  // also into an older one
    if (again) {
      backup_of(s);
      commit_to(store, "refs/heads/main", "two");
    }
    os::FaultFs faulty(s.fs);
    faulty.fail_change(nth, EIO, true);
    const auto failure = code_of([&] { backup_of(s, &faulty); });
    INFO("change ", nth);
    if (again) read_everything(Store::open("/copy", s.options).snapshot());
    REQUIRE_NOTHROW(backup_of(s));
    check_copy(s, store.snapshot());
    if (!failure && again) break;
    CHECK(nth < 200);
  }
}

TEST_CASE("while the source is being written, the copy is one of its states") {
  Checked s;
  Store store = s.open();
  std::vector<Id> acknowledged = {commit_to(store, "refs/heads/main", "0")};
  os::FaultFs busy(s.fs);
  int commits = 0;
  busy.before_each([&](const os::CallInfo& call) {
    if (commits >= 40 || !call.path.starts_with("/copy")) return;
    ++commits;
    acknowledged.push_back(commit_to(store, "refs/heads/main", std::to_string(commits)));
    if (commits % 7 == 0) store.fold();
    if (commits % 11 == 0) collect(store);
  });
  backup_of(s, &busy);
  CHECK(commits > 10);
  const Snapshot copy = Store::open("/copy", s.options).snapshot();
  read_everything(copy);
  CHECK(std::ranges::count(acknowledged, *copy.ref_commit("refs/heads/main")) == 1);
}

TEST_CASE("cp -r of a store that is being written opens at an acknowledged commit, or refuses") {
  std::mt19937_64 random(7);
  int opened = 0, refused = 0;
  for (int round = 0; round < 60; ++round) {
    Checked s;
    Store store = s.open();
    std::vector<Id> acknowledged = {commit_to(store, "refs/heads/main", "0")};
    os::Image copy;
    // As cp does: the names of a directory are listed, then each file is copied; anything may happen in
    // between.
    const auto interfere = [&] {
      if (random() % 3 != 0) return;
      acknowledged.push_back(commit_to(store, "refs/heads/main", std::to_string(acknowledged.size())));
      if (random() % 4 == 0) store.fold();
      if (random() % 9 == 0) collect(store);
    };
    std::vector<std::string> top = {"format", "lock", "packs", "root", "tmp", "info"};
    std::shuffle(top.begin(), top.end(), random);
    for (const std::string& name : top) {
      const auto names = s.fs.list("/s/" + name);
      if (names) copy.directories.insert(name);
      std::vector<std::string> files = {name};
      if (names) files.clear();
      for (const std::string& below : names.value_or(std::vector<std::string>{}))
        files.push_back(name + "/" + below);
      for (const std::string& file : files) {
        interfere();
        const auto open = s.fs.open_read("/s/" + file);
        if (!open) continue;  // cp says that it vanished
        Bytes bytes(static_cast<std::size_t>(open->size()));
        open->pread(0, bytes);
        copy.files[file] = bytes;
      }
    }
    Checked copied(copy);
    try {
      const Snapshot now = copied.open().snapshot();
      read_everything(now);
      CHECK(std::ranges::count(acknowledged, *now.ref_commit("refs/heads/main")) == 1);
      ++opened;
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::damaged);
      ++refused;
    }
  }
  MESSAGE(opened << " opened, " << refused << " refused");
  CHECK(opened > 5);
  CHECK(refused > 5);
}
