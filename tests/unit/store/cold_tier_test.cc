// The cold tier: what it saves, that the newest version stays plain, that nothing is left without its base.
#include "store/cold_tier.h"

#include <random>

#include "support/seed.h"
#include "unit/store/gc_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

constexpr std::size_t file_size = 24'000;  // one chunk

/// Versions of some files, each with a few bytes changed; returns every version of every file.
std::vector<std::map<std::string, std::string>> commit_versions(Store& store, int files, int versions,
                                                                std::mt19937& random) {
  std::map<std::string, std::string> now;
  for (int f = 0; f < files; ++f) now["f" + std::to_string(f)] = text_of(file_size, random());
  std::vector<std::map<std::string, std::string>> all;
  for (int v = 0; v < versions; ++v) {
    for (auto& [name, text] : now) text.replace(random() % (file_size - 8), 8, text_of(8, random()));
    commit_files(store, "refs/heads/main", now);
    all.push_back(now);
  }
  return all;
}

void check_readable(const Snapshot& snapshot,
                    const std::vector<std::map<std::string, std::string>>& versions) {
  for (const auto& files : versions) {
    for (const auto& [name, text] : files)
      CHECK(snapshot.read(chunk_id(text), ObjectType::chunk).text() == text);
  }
}

bool is_plain(const Snapshot& snapshot, const std::string& text) {
  return !snapshot.state().packs->base_of(chunk_id(text));
}

GcOptions cooling(unsigned versions_min) {
  GcOptions options;
  options.cold_versions_min = versions_min;
  options.operations_since = never_ago;
  return options;
}

std::uint64_t frames_of_chunks(const Snapshot& snapshot) {
  std::uint64_t frames = 0;
  for (const PackInSet& pack : snapshot.state().packs->packs()) {
    for (std::uint32_t f = 0; f < pack.reader->frame_count(); ++f)
      frames += pack.reader->frame(f).frame_class == FrameClass::data;
  }
  return frames;
}

}  // namespace

TEST_CASE("older versions share frames, the newest is plain, and the store is smaller") {
  MemStore mem;
  std::mt19937 random(test_seed());
  const auto versions = commit_versions(mem.store, 5, 30, random);
  mem.store.collect(cooling(0));
  REQUIRE_FALSE(is_plain(mem.reopened().snapshot(), versions.back().at("f0")));
  REQUIRE(frames_of_chunks(mem.reopened().snapshot()) >= 145);
  const std::uint64_t before = mem.bytes();
  const GcReport report = mem.store.collect(cooling(8));
  CHECK(report.changed);
  CHECK(report.chunks_cooled == 150);
  CHECK(report.removed.empty());
  CHECK(mem.bytes() < before * 9 / 10);  // most of it is the newest version
  const Snapshot now = mem.reopened().snapshot();
  CHECK(frames_of_chunks(now) <= 5 + 5);
  for (const auto& [name, text] : versions.back()) CHECK(is_plain(now, text));
  CHECK_FALSE(is_plain(now, versions.front().at("f0")));
  check_readable(now, versions);
  read_everything(now);
  check_nothing_dead(now);
}

TEST_CASE("what was moved stays until most of it is new again") {
  MemStore mem;
  std::mt19937 random(test_seed());
  auto versions = commit_versions(mem.store, 1, 20, random);
  CHECK(mem.store.collect(cooling(8)).chunks_cooled == 20);
  CHECK_FALSE(mem.store.collect(cooling(8)).changed);
  std::map<std::string, std::string> next = versions.back();
  for (int more = 1; more <= 20; ++more) {
    next["f0"].replace(random() % (file_size - 8), 8, text_of(8, random()));
    commit_files(mem.store, "refs/heads/main", next);
    versions.push_back(next);
    const GcReport report = mem.store.collect(cooling(8));
    CHECK(report.chunks_cooled == (more == 19 ? 39 : 0));  // 19 of 38
  }
  const Snapshot now = mem.reopened().snapshot();
  check_readable(now, versions);
  check_nothing_dead(now);
}

TEST_CASE("a store of more families than move at once") {
  MemStore mem;
  std::mt19937 random(test_seed());
  const auto versions = commit_versions(mem.store, 12, 10, random);
  const auto state = impl_of(mem.store).newest();
  std::set<Id> moved;
  for (std::uint64_t choice = 0; choice < 6; ++choice) {
    Marker marker(state, nullptr);
    marker.mark({mem.store.snapshot().operation()});
    ColdTier tier(marker, 8, choice, 20);
    tier.choose();
    CHECK(tier.moving().size() % 10 == 0);  // whole families
    CHECK(tier.moving().size() < 120);
    for (const Id& id : tier.moving()) CHECK(moved.insert(id).second);
  }
  CHECK(moved.size() == 120);
}

TEST_CASE("commits while older versions are moved") {
  for (const char* phase : {"marking", "moving older versions", "publishing"}) {
    MemStore mem;
    std::mt19937 random(test_seed());
    auto versions = commit_versions(mem.store, 3, 12, random);
    Store other = mem.reopened();
    AtPhase progress(phase, [&] {
      auto next = versions.back();
      next["f1"].replace(5, 3, "new");
      commit_files(other, "refs/heads/main", next);
      versions.push_back(next);
      // And an older version again, of which everything is visible: it writes no chunk.
      commit_files(other, "refs/heads/back", versions[2]);
    });
    GcOptions options = cooling(8);
    options.progress = &progress;
    mem.store.collect(options);
    REQUIRE_FALSE(progress.act);
    check_readable(mem.reopened().snapshot(), versions);
    mem.store.collect(cooling(8));
    const Snapshot now = mem.reopened().snapshot();
    check_readable(now, versions);
    read_everything(now);
    check_nothing_dead(now);
  }
}

TEST_CASE("a transaction whose base was moved meanwhile") {
  MemStore mem;
  std::mt19937 random(test_seed());
  const auto versions = commit_versions(mem.store, 1, 12, random);
  std::string text = versions.back().at("f0");
  text.replace(7, 3, "new");
  Transaction txn = mem.store.begin();
  const Id displaced = chunk_id(versions.back().at("f0"));
  const Id chunk = txn.put(ObjectType::chunk, as_bytes(text), &displaced);
  CHECK(mem.store.collect(cooling(8)).chunks_cooled == 12);
  REQUIRE_FALSE(mem.store.snapshot().state().packs->locate_plain(chunk_id(versions.front().at("f0"))));
  TreeBuilder files(txn);
  files.add("f0", Entry{Kind::file, text.size(), chunk});
  Commit commit;
  commit.tree = files.finish();
  txn.set_ref("refs/heads/late", std::nullopt,
              RefValue::commit(txn.put(ObjectType::commit, as_bytes(encode(commit)))));
  txn.publish({{"t", "t@example.org"}, "late", Time{1, 0}});
  const Snapshot now = mem.reopened().snapshot();
  CHECK(now.read(chunk, ObjectType::chunk).text() == text);
  check_readable(now, versions);
  read_everything(now);
}
