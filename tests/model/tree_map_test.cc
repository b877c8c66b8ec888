// Reading trees against std::map: walks, seeks, ranks, totals, differences.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/tree_model.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::test;

namespace {

struct World {
  MemoryObjects objects;
  TreeModel model;
  Id root;
  std::vector<std::string> keys;
  std::vector<Totals> before;  // of the keys before the k-th; one more than keys

  Tree tree() const { return Tree(objects, root); }
};

std::string random_key(Random& random) {
  const std::uint64_t n = random.below(100000);
  return "d" + std::to_string(n % 13) + "/" + std::string(n % 5 * 20 + 1, 'p') + "/f" + std::to_string(n);
}

void fill(World& world, Random& random, std::uint64_t size) {
  while (world.model.size() < size) {
    const std::string key = random_key(random);
    world.model.emplace(key, entry_for(key, random.next()));
  }
  world.root = build(world.objects, world.model);
  Totals sum;
  for (const auto& [key, entry] : world.model) {
    world.keys.push_back(key);
    world.before.push_back(sum);
    sum = {sum.count + 1, sum.bytes + entry.size};
  }
  world.before.push_back(sum);
}

// A key of the map, one near it, or one anywhere.
std::string probe(const World& world, Random& random) {
  if (world.keys.empty() || random.chance(20)) return random_key(random);
  std::string key = world.keys[random.below(world.keys.size())];
  if (random.chance(30)) key += '\0';
  if (random.chance(20)) key.resize(1 + random.below(key.size()));
  if (random.chance(5)) key = "\xff";
  return key;
}

std::uint64_t model_rank(const World& world, const std::string& key) {
  return static_cast<std::uint64_t>(std::lower_bound(world.keys.begin(), world.keys.end(), key) -
                                    world.keys.begin());
}

bool stands_at(const World& world, const TreeCursor& cursor, std::uint64_t k) {
  if (k >= world.keys.size()) return !cursor.valid();
  return cursor.valid() && cursor.key() == world.keys[k] && cursor.entry() == world.model.at(world.keys[k]);
}

Totals minus(const Totals& a, const Totals& b) { return {a.count - b.count, a.bytes - b.bytes}; }

void check_reads(const World& world, Random& random) {
  const Tree tree = world.tree();
  const std::string a = probe(world, random);
  const std::string b = probe(world, random);
  const std::uint64_t rank_a = model_rank(world, a);
  const std::uint64_t rank_b = model_rank(world, b);

  const auto it = world.model.find(a);
  REQUIRE(tree.get(a) == (it == world.model.end() ? std::nullopt : std::optional(it->second)));
  REQUIRE(tree.rank(a) == rank_a);
  REQUIRE(stands_at(world, tree.seek(a), rank_a));
  REQUIRE(stands_at(world, tree.nth(rank_b), rank_b));
  const Totals between = rank_b > rank_a ? minus(world.before[rank_b], world.before[rank_a]) : Totals{};
  REQUIRE(tree.totals(a, b) == between);

  const std::uint64_t end = a == "\xff" ? world.keys.size() : model_rank(world, prefix_end(a));
  REQUIRE(tree.totals_prefix(a) == minus(world.before[end], world.before[rank_a]));
  const std::uint64_t below = model_rank(world, a + "/");
  REQUIRE(tree.has_directory(a) == (below < world.keys.size() && world.keys[below].starts_with(a + "/")));

  TreeCursor cursor = tree.seek(a);
  const std::uint64_t steps = random.below(400);
  for (std::uint64_t i = 0; i < steps && cursor.valid(); ++i) cursor.next();
  const std::uint64_t at = std::min<std::uint64_t>(rank_a + steps, world.keys.size());
  REQUIRE(stands_at(world, cursor, at));
  TreeCursor copy = cursor;
  cursor.seek_forward(b);
  REQUIRE(stands_at(world, cursor, std::max(at, rank_b)));
  REQUIRE(stands_at(world, copy, at));
}

}  // namespace

TEST_CASE("reading a map at any place") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  for (const std::uint64_t size : {0, 1, 2, 100, 5000, 60000}) {
    CAPTURE(size);
    World world;
    fill(world, random, size);
    const auto all = walk(world.tree().begin());
    REQUIRE(std::equal(all.begin(), all.end(), world.model.begin(), world.model.end(),
                       [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; }));
    CHECK(world.tree().totals() == world.before.back());
    CHECK(world.tree().totals({}, {}) == world.before.back());
    CHECK(!world.tree().nth(size).valid());
    for (int i = 0; i < 300; ++i) check_reads(world, random);
  }
}

TEST_CASE("answers cost O(depth) nodes") {
  Random random(5);
  World world;
  fill(world, random, 80000);
  const Tree tree = world.tree();
  const auto cost = [&](auto&& ask) {
    world.objects.reads = 0;
    ask();
    return world.objects.reads;
  };
  CHECK(cost([&] { (void)tree.totals(); }) == 1);
  CHECK(cost([&] { (void)tree.get(world.keys[40000]); }) == 3);
  CHECK(cost([&] { (void)tree.rank(world.keys[40000]); }) == 3);
  CHECK(cost([&] { (void)tree.nth(40000); }) == 3);
  CHECK(cost([&] { (void)tree.seek(world.keys[40000]); }) == 3);
  CHECK(cost([&] { (void)tree.totals_prefix("d1/"); }) <= 6);
  TreeCursor cursor = tree.begin();
  CHECK(cost([&] { cursor.seek_forward(world.keys[40000]); }) == 2);
}

namespace {

std::vector<TreeChange> model_diff(const TreeModel& before, const TreeModel& after, const std::string& prefix) {
  TreeModel all = before;
  all.insert(after.begin(), after.end());
  std::vector<TreeChange> changes;
  for (const auto& [key, unused] : all) {
    const auto a = before.find(key);
    const auto b = after.find(key);
    TreeChange change{key, {}, {}};
    if (a != before.end()) change.before = a->second;
    if (b != after.end()) change.after = b->second;
    if (change.before != change.after && key.starts_with(prefix)) changes.push_back(change);
  }
  return changes;
}

std::vector<TreeChange> all_of(TreeDiff& diff) {
  std::vector<TreeChange> changes;
  while (std::optional<TreeChange> change = diff.next()) changes.push_back(*change);
  return changes;
}

bool equal(const TreeChange& a, const TreeChange& b) {
  return a.key == b.key && a.before == b.before && a.after == b.after;
}

EditBatch random_batch(const World& world, Random& random) {
  EditBatch batch;
  const std::uint64_t size = random.below(random.chance(50) ? 4 : 1000);
  for (std::uint64_t i = 0; i < size; ++i) {
    const std::string key = random.chance(60) && !world.keys.empty()
                                ? world.keys[random.below(world.keys.size())]
                                : random_key(random);
    batch[key] = random.chance(30) ? std::nullopt : std::optional(entry_for(key, random.next()));
  }
  if (random.chance(30) && !world.keys.empty()) {  // a run that is gone, perhaps many nodes
    const std::uint64_t from = random.below(world.keys.size());
    const std::uint64_t to = std::min<std::uint64_t>(world.keys.size(), from + random.below(20000));
    for (std::uint64_t k = from; k < to; ++k) batch[world.keys[k]] = std::nullopt;
  }
  return batch;
}

}  // namespace

TEST_CASE("differences are those of the maps, either way round and below any prefix") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  for (const std::uint64_t size : {0, 3, 2000, 40000}) {
    World world;
    fill(world, random, size);
    for (int i = 0; i < 12; ++i) {
      const EditBatch batch = random_batch(world, random);
      const TreeModel after = applied(world.model, batch);
      const Tree other(world.objects, edit(world.objects, world.objects, world.root, batch));
      const std::string prefix = random.chance(50) ? "" : probe(world, random).substr(0, 1 + random.below(30));
      TreeDiff there(world.tree(), other, prefix);
      TreeDiff back(other, world.tree(), prefix);
      const auto expected = model_diff(world.model, after, prefix);
      const auto got = all_of(there);
      REQUIRE(std::equal(got.begin(), got.end(), expected.begin(), expected.end(), equal));
      const auto reverse = model_diff(after, world.model, prefix);
      const auto got_back = all_of(back);
      REQUIRE(std::equal(got_back.begin(), got_back.end(), reverse.begin(), reverse.end(), equal));
    }
  }
}

TEST_CASE("a diff reads only nodes that differ") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  World world;
  fill(world, random, 80000);
  CHECK(TreeDiff(world.tree(), world.tree()).nodes_read() == 0);
  for (int i = 0; i < 60; ++i) {
    EditBatch batch;
    if (i % 3 == 0) {  // a run of neighbours: what differs is one place, with up to ~20 leaves
      const std::uint64_t from = random.below(world.keys.size() - 3000);
      for (std::uint64_t k = from; k < from + 3000; ++k) batch[world.keys[k]] = std::nullopt;
    } else {
      const std::string key = i % 3 == 1 ? random_key(random) : world.keys[random.below(world.keys.size())];
      batch[key] = entry_for(key, random.next());
    }
    world.objects.news = 0;
    const Tree other(world.objects, edit(world.objects, world.objects, world.root, batch));
    const std::uint64_t new_nodes = world.objects.news;
    TreeDiff diff(world.tree(), other);
    all_of(diff);
    // The new nodes, and the old ones in their place; a run of 3,000 keys has about 40.
    CHECK(diff.nodes_read() <= 2 * new_nodes + 4 + (i % 3 == 0 ? 60 : 0));
  }
}

TEST_CASE("a diff below a prefix goes straight there") {
  Random random(9);
  World world;
  fill(world, random, 80000);
  EditBatch batch;
  for (const std::string& key : world.keys) {
    if (random.chance(5)) batch[key] = entry_for(key, random.next());
  }
  const Tree other(world.objects, edit(world.objects, world.objects, world.root, batch));
  const std::string key = world.keys[40000];
  TreeDiff diff(world.tree(), other, key);
  all_of(diff);
  CHECK(diff.nodes_read() <= 8);
}

TEST_CASE("the end of a prefix") {
  CHECK(prefix_end("a") == "b");
  CHECK(prefix_end("a/") == "a0");
  CHECK(prefix_end("a\xff") == "b");
  CHECK(prefix_end("\xff\xff") == "");
  CHECK(prefix_end("") == "");
}
