// The collector: each rule with the scenario that breaks a store without it, and a random history.
#include <random>

#include "support/seed.h"
#include "unit/store/gc_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

std::map<std::string, std::string> many_files(int count, unsigned seed) {
  std::map<std::string, std::string> files;
  for (int i = 0; i < count; ++i) files["data/" + std::to_string(1000 + i)] = text_of(300, seed * 10'000 + static_cast<unsigned>(i));
  return files;
}

}  // namespace

TEST_CASE("what no ref leads to goes, and its bytes with it") {
  MemStore mem;
  const Id kept = commit_to(mem.store, "refs/heads/kept", text_of(50'000, 1));
  const Id gone = commit_to(mem.store, "refs/heads/gone", text_of(60'000, 2));
  delete_ref(mem.store, "refs/heads/gone");

  GcOptions dry = now_options;
  dry.dry_run = true;
  const std::uint64_t before = mem.bytes();
  const GcReport would = mem.store.collect(dry);
  CHECK(mem.bytes() == before);
  CHECK(mem.store.snapshot().find(gone));

  const GcReport report = mem.store.collect(now_options);
  CHECK(report.changed);
  CHECK(report.bytes_before == before);
  CHECK(report.bytes_after == mem.bytes());
  CHECK(would.bytes_after == report.bytes_after);
  CHECK(would.commits_removed == std::vector{gone});
  CHECK(report.commits_removed == std::vector{gone});
  CHECK(report.removed.at(ObjectType::chunk).bytes == 60'000);
  CHECK(mem.bytes() + 20'000 < before);

  const Snapshot now = mem.reopened().snapshot();
  CHECK_FALSE(now.find(gone));
  CHECK(now.find(kept));
  check_nothing_dead(now);
  read_everything(now);
}

TEST_CASE("a second collection finds nothing to do") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/kept", "kept");
  commit_to(mem.store, "refs/heads/gone", "gone");
  delete_ref(mem.store, "refs/heads/gone");
  mem.store.collect(now_options);
  const std::uint64_t generation = mem.store.snapshot().generation();
  CHECK_FALSE(mem.store.collect(now_options).changed);
  CHECK(mem.store.snapshot().generation() == generation);
}

TEST_CASE("operations expire by their age, and with them what only they lead to") {
  MemStore mem;
  const Id old = commit_to(mem.store, "refs/heads/x", "old");
  delete_ref(mem.store, "refs/heads/x");
  const Id before_gc = mem.store.snapshot().operation();

  CHECK(mem.store.collect({}).operations_expired == 0);  // all are kept
  CHECK(mem.store.snapshot().find(old));
  CHECK_FALSE(mem.store.snapshot().horizon());

  CHECK(mem.store.collect({.operations_since = 1}).operations_expired == 0);
  GcReport report = mem.store.collect({.operations_since = 2});
  CHECK(report.operations_kept == 1);
  CHECK(report.operations_expired == 2);
  const Snapshot now = mem.reopened().snapshot();
  CHECK_FALSE(now.find(old));
  CHECK(now.operation() == before_gc);
  CHECK(now.horizon() == before_gc);
  CHECK(now.parents(before_gc).empty());
}

TEST_CASE("in a pack that stays, what is dead is absent to look-ups") {
  MemStore mem;
  Transaction txn = mem.store.begin();
  const Id kept = put_commit(txn, text_of(200'000, 3));
  const Id gone = put_commit(txn, "little");
  txn.set_ref("refs/heads/kept", std::nullopt, RefValue::commit(kept));
  txn.set_ref("refs/heads/gone", std::nullopt, RefValue::commit(gone));
  txn.publish({{"t", "t@example.org"}, "two", Time{1, 0}});
  commit_to(mem.store, "refs/heads/large", text_of(400'000, 4));
  delete_ref(mem.store, "refs/heads/gone");
  GcOptions options = now_options;
  options.live_percent_min = 0;  // rewrite nothing for its share
  mem.store.collect(options);
  const Snapshot now = mem.reopened().snapshot();
  CHECK_FALSE(now.find(gone));
  CHECK_FALSE(now.find(chunk_id("little")));
  CHECK(now.find_prefix(gone.hex(), 2).empty());
  read_everything(now);
  check_nothing_dead(now);
}

TEST_CASE("a chunk that is only a base stays, plain") {
  MemStore mem;
  const std::string old_text = text_of(20'000, 5);
  std::string new_text = old_text;
  new_text[777] = '!';
  commit_files(mem.store, "refs/heads/x", {{"f", old_text}});
  const Id second = commit_files(mem.store, "refs/heads/x", {{"f", new_text}});
  REQUIRE(mem.store.snapshot().state().packs->base_of(chunk_id(new_text)) == chunk_id(old_text));
  // A new history that begins with the second version.
  Transaction txn = mem.store.begin();
  Commit commit = txn.base().commit(second);
  commit.parents.clear();
  txn.set_ref("refs/heads/x", std::nullopt,
              RefValue::commit(txn.put(ObjectType::commit, as_bytes(encode(commit)))));
  txn.publish({{"t", "t@example.org"}, "cut", Time{1, 0}});
  mem.store.collect(now_options);
  const Snapshot now = mem.reopened().snapshot();
  CHECK_FALSE(now.find(second));
  CHECK(now.state().packs->locate_plain(chunk_id(old_text)));
  CHECK(now.read(chunk_id(new_text), ObjectType::chunk).text() == new_text);
  check_nothing_dead(now);
}

TEST_CASE("a node whose base goes is written anew: a base must not stay visible without what it names") {
  MemStore mem;
  commit_files(mem.store, "refs/heads/x", many_files(400, 1));
  const auto changed = [](unsigned seed) { return std::map<std::string, std::string>{{"data/1200", text_of(300, 900'000 + seed)}}; };
  commit_files(mem.store, "refs/heads/x", changed(1));
  const Id third = commit_files(mem.store, "refs/heads/x", changed(2));
  const Snapshot before = mem.store.snapshot();
  std::size_t based = 0;
  for (const auto& [id, type] : closure_of(before)) based += type == ObjectType::tree && before.state().packs->base_of(id);
  REQUIRE(based > 0);
  Transaction txn = mem.store.begin();
  Commit commit = txn.base().commit(third);
  commit.parents.clear();
  txn.set_ref("refs/heads/x", std::nullopt,
              RefValue::commit(txn.put(ObjectType::commit, as_bytes(encode(commit)))));
  txn.publish({{"t", "t@example.org"}, "cut", Time{1, 0}});
  for (const unsigned percent : {0u, 80u}) {
    GcOptions options = now_options;
    options.live_percent_min = percent;
    mem.store.collect(options);
    const Snapshot now = mem.reopened().snapshot();
    read_everything(now);
    check_nothing_dead(now);
  }
}

TEST_CASE("what is published while a collector works is kept with all that it names") {
  for (const char* phase : {"marking", "rewriting packs", "publishing"}) {
    MemStore mem;
    const std::string content = text_of(50'000, 6);
    const Id old = commit_to(mem.store, "refs/heads/x", content);
    delete_ref(mem.store, "refs/heads/x");
    Store other = mem.reopened();
    // The chunk, tree and commit are visible to it, so it writes none of them.
    AtPhase progress(phase, [&] {
      Transaction txn = other.begin();
      txn.set_ref("refs/heads/back", std::nullopt, RefValue::commit(old));
      txn.publish({{"t", "t@example.org"}, "back", Time{1, 0}});
    });
    GcOptions options = now_options;
    options.progress = &progress;
    mem.store.collect(options);
    const Snapshot now = mem.reopened().snapshot();
    CHECK(now.ref_commit("refs/heads/back") == old);
    CHECK(now.read(chunk_id(content), ObjectType::chunk).text() == content);
    read_everything(now);
  }
}

TEST_CASE("a transaction that was open while a collector ran") {
  MemStore mem;
  const std::string content = text_of(50'000, 7);
  const Id old = commit_to(mem.store, "refs/heads/x", content);
  delete_ref(mem.store, "refs/heads/x");
  Transaction txn = mem.store.begin();
  txn.set_ref("refs/heads/y", std::nullopt, RefValue::commit(put_commit(txn, content, {old})));
  mem.store.collect(now_options);
  REQUIRE_FALSE(mem.store.snapshot().find(old));
  txn.publish({{"t", "t@example.org"}, "late", Time{1, 0}});
  const Snapshot now = mem.reopened().snapshot();
  CHECK(now.find(old));
  read_everything(now);
}

TEST_CASE("a fold or another collector that was faster") {
  for (const bool fold : {false, true}) {
    MemStore mem;
    for (int i = 0; i < 8; ++i) commit_to(mem.store, "refs/heads/" + std::to_string(i), "text " + std::to_string(i));
    delete_ref(mem.store, "refs/heads/3");
    Store other = mem.reopened();
    AtPhase progress("publishing", [&] {
      if (fold) CHECK(other.fold() > 0);
      else CHECK(other.collect(now_options).changed);
    });
    GcOptions options = now_options;
    options.progress = &progress;
    mem.store.collect(options);
    const Snapshot now = mem.reopened().snapshot();
    CHECK(now.refs("refs/heads/").size() == 7);
    read_everything(now);
    check_nothing_dead(now);
  }
}

TEST_CASE("an interrupted collection leaves nothing behind") {
  MemStore mem;
  const Id gone = commit_to(mem.store, "refs/heads/x", text_of(50'000, 8));
  commit_to(mem.store, "refs/heads/y", text_of(50'000, 9));
  delete_ref(mem.store, "refs/heads/x");
  const std::uint64_t before = mem.bytes();
  for (const char* phase : {"rewriting packs", "publishing"}) {
    AtPhase progress(phase, {});
    progress.act = [&] { progress.stop = true; };
    GcOptions options = now_options;
    options.progress = &progress;
    CHECK(code_of([&] { mem.store.collect(options); }) == ErrorCode::refused);
    CHECK(mem.bytes() == before);
    CHECK(mem.reopened().snapshot().find(gone));
  }
}

TEST_CASE("a collector does not collect a store that is not sound") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/x", text_of(50'000, 10));
  Transaction txn = mem.store.begin();
  txn.set_ref("refs/heads/bad", std::nullopt, RefValue::commit(hash_object(ObjectType::commit, as_bytes("nowhere"))));
  txn.publish({{"t", "t@example.org"}, "bad", Time{1, 0}});
  const std::uint64_t before = mem.bytes();
  CHECK(code_of([&] { mem.store.collect(now_options); }) == ErrorCode::damaged);
  CHECK(mem.bytes() == before);
}

TEST_CASE("leftovers go: temporaries without an owner, packs that no root names") {
  MemStore mem;
  commit_to(mem.store, "refs/heads/x", "text");
  Transaction under_way = mem.store.begin();
  under_way.put(ObjectType::chunk, as_bytes(text_of(40'000, 11)));
  mem.store.collect(now_options);
  const std::string stray = "00000000000000000000000000000001.pack";
  mem.fs.create("/s/tmp/" + stray)->pwrite(0, as_bytes("left by a crash"));
  mem.fs.create("/s/packs/" + stray)->pwrite(0, as_bytes("left by a crash"));
  const GcReport report = mem.store.collect(now_options);
  CHECK(report.leftovers_removed == 2);
  CHECK(report.bytes_before == report.bytes_after + 30);
  CHECK_FALSE(mem.fs.stat("/s/tmp/" + stray));
  CHECK_FALSE(mem.fs.stat("/s/packs/" + stray));
  under_way.set_ref("refs/heads/late", std::nullopt, RefValue::commit(put_commit(under_way, "late")));
  under_way.publish({{"t", "t@example.org"}, "late", Time{1, 0}});
  read_everything(mem.reopened().snapshot());
}

TEST_CASE("random histories: everything reachable is there, nothing dead remains") {
  const auto seed = static_cast<unsigned>(test_seed());
  std::mt19937 random(seed);
  for (int round = 0; round < 6; ++round) {
    MemStore mem;
    std::vector<Transaction> open;
    for (int step = 0; step < 60; ++step) {
      const std::string ref = "refs/heads/" + std::to_string(random() % 4);
      switch (random() % 8) {
        case 0:
          delete_ref(mem.store, ref);
          break;
        case 1:
          mem.store.fold();
          break;
        case 2: {
          GcOptions options;
          if (random() % 2) options.operations_since = never_ago;
          options.live_percent_min = random() % 3 * 40;
          options.cold_versions_min = random() % 5;
          const bool now = options.operations_since.has_value();
          mem.store.collect(options);
          if (now) check_nothing_dead(mem.store.snapshot());
          break;
        }
        default: {
          std::map<std::string, std::string> files = many_files(step == 0 ? 200 : 3, random() % 50);
          std::string large = text_of(30'000, random() % 5);
          large[random() % large.size()] = '#';
          files["large"] = large;
          commit_files(mem.store, ref, files);
        }
      }
      read_everything(mem.store.snapshot());
    }
    read_everything(mem.reopened().snapshot());
  }
}
