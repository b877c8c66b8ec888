// Edits of trees against std::map: the same root as a build from scratch, whatever happened before, and
// path conflicts refused exactly when the result would hold one.
#include <doctest/doctest.h>

#include "support/long_path.h"
#include "support/tree_model.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::test;

namespace {

// Few names of few letters, so that "a", "a-b", "a/", "a/x" meet all the time.
std::string hostile_key(Random& random) {
  static const char* const parts[] = {"a", "b", "a-", "a-b", "a.", "a0", "aa", "\xff", "b\x01"};
  std::string key = parts[random.below(9)];
  while (random.chance(45)) key += std::string("/") + parts[random.below(9)];
  if (random.chance(15)) key += '/';
  return key;
}

// Directories of files, as in a data set: large enough for several levels.
std::string broad_key(Random& random, std::uint64_t space) {
  const std::uint64_t n = random.below(space);
  return "data/part-" + std::to_string(n % 97) + "/" + std::string(n % 7 * 9, 'x') + std::to_string(n);
}

// A long key now and then: nodes of a few entries, and many levels.
std::string long_key(Random& random, std::uint64_t space) {
  const std::uint64_t n = random.below(space);
  return long_path(std::to_string(n), 1000 + n % 3000, static_cast<char>('a' + n % 3));
}

}  // namespace

TEST_CASE("hostile batches: the right root or the right refusal") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  int refused = 0;
  int accepted = 0;
  for (int world = 0; world < 150; ++world) {
    MemoryObjects objects;
    TreeModel model;
    Id root = build(objects, model);
    for (int step = 0; step < 30; ++step) {
      EditBatch batch;
      const std::uint64_t size = 1 + random.below(12);
      for (std::uint64_t i = 0; i < size; ++i) {
        const std::string key = hostile_key(random);
        batch[key] = random.chance(45) ? std::nullopt : std::optional(entry_for(key, random.below(1000)));
      }
      // Erase much of what is there, or hardly any addition would fit.
      for (const auto& [key, entry] : model) {
        if (random.chance(40)) batch.try_emplace(key, std::nullopt);
      }
      const TreeModel result = applied(model, batch);
      if (has_path_conflict(result)) {
        ++refused;
        CHECK_THROWS_AS(edit(objects, objects, root, batch), Error);
        MemoryObjects other;
        CHECK_THROWS_AS(build(other, result), Error);
        continue;
      }
      ++accepted;
      root = edit(objects, objects, root, batch);
      model = result;
      REQUIRE(root == build(objects, model));
    }
  }
  CHECK(refused > 100);
  CHECK(accepted > 100);
}

namespace {

template <typename MakeKey>
void check_history_independence(Random& random, int steps, std::uint64_t space, MakeKey make_key) {
  MemoryObjects objects;
  TreeModel model;
  Id root = build(objects, model);
  for (int step = 0; step < steps; ++step) {
    EditBatch batch;
    const std::uint64_t most = random.chance(50) ? 5 : random.chance(80) ? 300 : 20000;
    const unsigned erase_percent = static_cast<unsigned>(random.below(100));
    const std::uint64_t size = 1 + random.below(most);
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::string key = make_key(random, space);
      batch[key] = random.chance(erase_percent) ? std::nullopt : std::optional(entry_for(key, random.next()));
    }
    if (random.chance(8)) {  // a run of keys, or everything
      for (auto it = model.begin(); it != model.end(); ++it) {
        if (step % 2 == 0 || it->first > batch.begin()->first) batch[it->first] = std::nullopt;
      }
    }
    MemoryObjects fresh;
    model = applied(std::move(model), batch);
    root = edit(objects, objects, root, batch);
    REQUIRE(root == build(fresh, model));
  }
  const auto all = walk(Tree(objects, root).begin());
  REQUIRE(all.size() == model.size());
  CHECK(std::equal(all.begin(), all.end(), model.begin(), [](const auto& a, const auto& b) {
    return a.first == b.first && a.second == b.second;
  }));
}

}  // namespace

TEST_CASE("any sequence of edits gives the root of a build from scratch") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  SUBCASE("small maps") {
    for (int i = 0; i < 20; ++i) check_history_independence(random, 20, 400, broad_key);
  }
  SUBCASE("large maps") { check_history_independence(random, 60, 200000, broad_key); }
  SUBCASE("long keys, many levels") { check_history_independence(random, 60, 3000, long_key); }
}

TEST_CASE("an edit touches O(depth) nodes") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  MemoryObjects objects;
  TreeModel model;
  while (model.size() < 150000) {
    const std::string key = broad_key(random, 1000000);
    model.emplace(key, entry_for(key, random.next()));
  }
  const Id root = build(objects, model);
  EditStats sum;
  EditStats worst;
  constexpr int kEdits = 300;
  for (int i = 0; i < kEdits; ++i) {
    const std::string key = i % 3 == 0 ? model.lower_bound(broad_key(random, 1000000))->first : broad_key(random, 2000000);
    EditBatch batch{{key, i % 5 == 0 ? std::nullopt : std::optional(entry_for(key, random.next()))}};
    EditStats stats;
    edit(objects, objects, root, batch, &stats);
    sum.nodes_read += stats.nodes_read;
    sum.nodes_written += stats.nodes_written;
    worst.nodes_read = std::max(worst.nodes_read, stats.nodes_read);
    worst.nodes_written = std::max(worst.nodes_written, stats.nodes_written);
  }
  // Three levels here: a path of three nodes, and a neighbour now and then.
  CHECK(sum.nodes_read < 4 * kEdits);
  CHECK(sum.nodes_written < 4 * kEdits);
  CHECK(worst.nodes_read < 20);
  CHECK(worst.nodes_written < 20);
  MESSAGE("mean nodes read " << double(sum.nodes_read) / kEdits << ", written "
                             << double(sum.nodes_written) / kEdits << ", worst " << worst.nodes_written);
}

TEST_CASE("a rewritten node names the one it displaces") {
  MemoryObjects objects;
  TreeModel model;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const std::string key = "d/" + std::to_string(i * 7919 % 100000 + 100000);
    model.emplace(key, entry_for(key, i));
  }
  const Id root = build(objects, model);
  objects.displaced.clear();
  const auto middle = std::next(model.begin(), 2500)->first;
  const Id edited = edit(objects, objects, root, {{middle, entry_for(middle, 1)}});
  REQUIRE(objects.displaced.size() == 2);
  CHECK(objects.displaced.back() == std::pair(edited, root));
  CHECK(objects.find(objects.displaced.front().second)->type == ObjectType::tree);
}
