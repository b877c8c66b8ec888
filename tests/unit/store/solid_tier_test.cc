// gc --aggressive: what it saves, that the newest version stays plain, that nothing is left without its base.
#include "store/solid_tier.h"

#include <algorithm>
#include <random>

#include "support/seed.h"
#include "unit/store/gc_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

using Files = std::map<std::string, std::string>;

constexpr std::size_t file_size = 4'000;

/// Versions of some files, of which a third change a little in each and one is replaced.
std::vector<Files> commit_versions(Store& store, int files, int versions, std::mt19937& random) {
  Files now;
  const auto name_of = [](int f) { return "d/f" + std::to_string(f) + (f % 2 == 0 ? ".c" : ".h"); };
  for (int f = 0; f < files; ++f) now[name_of(f)] = text_of(file_size, random());
  std::vector<Files> all;
  for (int v = 0; v < versions; ++v) {
    for (auto& [name, text] : now) {
      if (random() % 3 == 0) text.replace(random() % (file_size - 8), 8, text_of(8, random()));
    }
    now[name_of(static_cast<int>(random() % static_cast<unsigned>(files)))] = text_of(file_size, random());
    commit_files(store, "refs/heads/main", now);
    all.push_back(now);
  }
  return all;
}

void check_readable(const Snapshot& now, const std::vector<Files>& versions) {
  for (const Files& files : versions) {
    for (const auto& [name, text] : files) CHECK(now.read(chunk_id(text), ObjectType::chunk).text() == text);
  }
  read_everything(now);
}

void check_sound(const Snapshot& now, const std::vector<Files>& versions) {
  check_readable(now, versions);
  check_nothing_dead(now);
}

std::set<Id> chunks_of(const std::vector<Files>& versions) {
  std::set<Id> ids;
  for (const Files& files : versions) {
    for (const auto& [name, text] : files) ids.insert(chunk_id(text));
  }
  return ids;
}

GcOptions aggressive() {
  GcOptions options;
  options.aggressive = true;
  options.operations_since = never_ago;
  return options;
}

/// Frames of chunks, plain and based.
std::pair<int, int> count_frames(const Snapshot& snapshot) {
  std::pair<int, int> count;
  for (const PackInSet& pack : snapshot.state().packs->packs()) {
    for (std::uint32_t f = 0; f < pack.reader->frame_count(); ++f) {
      const FrameInfo frame = pack.reader->frame(f);
      if (frame.frame_class == FrameClass::data) ++(frame.base ? count.second : count.first);
    }
  }
  return count;
}

}  // namespace

TEST_CASE("an aggressive collection puts everything into few frames, the newest version plain") {
  MemStore mem;
  std::mt19937 random(test_seed());
  const auto versions = commit_versions(mem.store, 60, 15, random);
  mem.store.collect(now_options);
  const std::uint64_t before = mem.bytes();
  const GcReport report = mem.store.collect(aggressive());
  CHECK(report.changed);
  CHECK(report.chunks_cooled >= chunks_of(versions).size());  // and HEAD's target
  CHECK(report.removed.empty());
  CHECK(mem.bytes() < before * 95 / 100);  // most of it is noise
  const Snapshot now = mem.reopened().snapshot();
  CHECK(count_frames(now).first == 1);  // 240 KB
  CHECK(count_frames(now).second == 1);
  for (const auto& [name, text] : versions.back()) CHECK_FALSE(now.state().packs->base_of(chunk_id(text)));
  check_sound(now, versions);
}

TEST_CASE("frames of a store that is larger than one") {
  MemStore mem;
  std::mt19937 random(test_seed());
  std::vector<Files> versions(2);
  for (Files& files : versions) {
    for (int f = 0; f < 150; ++f) {
      std::string& text = files["f" + std::to_string(f)];
      text = std::string(30'000, static_cast<char>('a' + f % 26)) + text_of(40, random());  // 4.5 MB
    }
    commit_files(mem.store, "refs/heads/main", files);
  }
  mem.store.collect(aggressive());
  const Snapshot now = mem.reopened().snapshot();
  CHECK(count_frames(now).first == 2);
  CHECK(count_frames(now).second == 2);
  check_sound(now, versions);
}

TEST_CASE("the second time, and what an ordinary collection then finds") {
  MemStore mem;
  std::mt19937 random(test_seed());
  auto versions = commit_versions(mem.store, 60, 10, random);
  mem.store.collect(aggressive());
  CHECK_FALSE(mem.store.collect(now_options).changed);
  const std::size_t objects = visible(mem.reopened().snapshot()).size();
  const GcReport again = mem.store.collect(aggressive());
  CHECK(again.removed.empty());
  CHECK(visible(mem.reopened().snapshot()).size() <= objects + 1);  // one bitmap more at most
  // Bases that span whole frames make way for others.
  Files next = versions.back();
  for (auto& [name, text] : next) text.replace(0, 8, text_of(8, random()));
  commit_files(mem.store, "refs/heads/main", next);
  versions.push_back(next);
  const GcReport more = mem.store.collect(aggressive());
  CHECK_FALSE(more.removed.contains(ObjectType::chunk));
  check_sound(mem.reopened().snapshot(), versions);
}

TEST_CASE("nothing but older versions") {
  MemStore mem;
  std::mt19937 random(test_seed());
  const auto versions = commit_versions(mem.store, 5, 5, random);
  Transaction txn = mem.store.begin();
  Commit last;
  last.tree = empty_tree_id();
  last.parents = {*txn.base().ref_commit("refs/heads/main")};
  TreeBuilder(txn).finish();
  txn.set_ref("refs/heads/main", std::nullopt,
              RefValue::commit(txn.put(ObjectType::commit, as_bytes(encode(last)))));
  txn.publish({{"t", "t@example.org"}, "empty", Time{1, 0}});
  mem.store.collect(aggressive());
  check_sound(mem.reopened().snapshot(), versions);
}

TEST_CASE("commits while everything is compressed anew") {
  for (const char* phase : {"marking", "ordering chunks", "compressing", "publishing"}) {
    MemStore mem;
    std::mt19937 random(test_seed());
    auto versions = commit_versions(mem.store, 20, 6, random);
    Store other = mem.reopened();
    AtPhase progress(phase, [&] {
      Files next = versions.back();
      next["d/f1.h"].replace(5, 3, "new");
      commit_files(other, "refs/heads/main", next);
      versions.push_back(next);
      // And an older version again, of which everything is visible: it writes no chunk.
      commit_files(other, "refs/heads/back", versions[2]);
    });
    GcOptions options = aggressive();
    options.progress = &progress;
    mem.store.collect(options);
    REQUIRE_FALSE(progress.act);
    check_readable(mem.reopened().snapshot(), versions);
    mem.store.collect(aggressive());
    check_sound(mem.reopened().snapshot(), versions);
  }
}

TEST_CASE("an interrupted one leaves everything as it was") {
  MemStore mem;
  std::mt19937 random(test_seed());
  const auto versions = commit_versions(mem.store, 20, 6, random);
  const auto before = visible(mem.reopened().snapshot());
  AtPhase progress("compressing", [] {});
  progress.act = [&] { progress.stop = true; };
  GcOptions options = aggressive();
  options.progress = &progress;
  CHECK_THROWS_AS(mem.store.collect(options), Error);
  CHECK(visible(mem.reopened().snapshot()) == before);
  mem.store.collect(aggressive());
  check_sound(mem.reopened().snapshot(), versions);
}

TEST_CASE("a store of more chunks than move at once") {
  MemStore mem;
  std::mt19937 random(test_seed());
  const auto versions = commit_versions(mem.store, 30, 8, random);
  const auto state = impl_of(mem.store).newest();
  const std::set<Id> chunks = chunks_of(versions);
  std::set<Id> moved;
  for (std::uint64_t choice = 0; choice < 10; ++choice) {
    const Id operation = mem.store.snapshot().operation();
    Marker marker(state, nullptr);
    marker.mark({operation});
    SolidTier tier(marker, {operation}, choice, nullptr, chunks.size() / 4);
    tier.choose();
    CHECK(tier.chunk_count() < chunks.size());
    moved.insert(tier.moving().begin(), tier.moving().end());
    for (const Id& id : chunks) {
      if (std::ranges::binary_search(tier.moving(), id)) continue;
      CHECK(marker.is_live(id));
      // What stays still has its base.
      const auto base = state->packs->base_of(id);
      if (!base) continue;
      const auto plain = state->packs->locate_plain(*base);
      REQUIRE(plain);
      CHECK(marker.marks().get(plain->pack, plain->position));
    }
  }
  CHECK(moved.size() > chunks.size() / 2);  // what others are based on moves only with all of them
}
