#include "vstore/node_diff.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "support/random.h"
#include "support/seed.h"
#include "support/tree_model.h"
#include "tree/tree_node.h"

using namespace vstore;
using namespace vstore::test;

namespace {

using Level = std::pair<unsigned, Id>;

void add_nodes(const ObjectReader& objects, const Id& root, std::set<Level>& nodes) {
  TreeNode node;
  load_node(objects, root, node);
  nodes.insert({node.level(), root});
  for (std::size_t i = 0; !node.is_leaf() && i < node.count(); ++i) add_nodes(objects, node.id(i), nodes);
}

TreeModel random_model(Random& random, std::size_t count) {
  TreeModel model;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string key =
        "d" + std::to_string(random.below(20)) + "/f" + std::to_string(random.below(5000));
    model[key] = entry_for(key, random.below(3));
  }
  return model;
}

}  // namespace

TEST_CASE("exactly the nodes that one tree has on a level and the other has not, and nothing else is read") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  for (int round = 0; round < 40; ++round) {
    MemoryObjects objects;
    const TreeModel model = random_model(random, random.below(4000));
    TreeModel edited = round % 4 == 0 ? random_model(random, random.below(4000)) : model;
    for (std::size_t n = random.below(5); n > 0; --n) {
      const std::string key =
          "d" + std::to_string(random.below(20)) + "/f" + std::to_string(random.below(5000));
      edited[key] = entry_for(key, 7);
    }
    const Tree before(objects, build(objects, model)), after(objects, build(objects, edited));
    std::set<Level> before_nodes, after_nodes, removed, added;
    add_nodes(objects, before.root(), before_nodes);
    add_nodes(objects, after.root(), after_nodes);
    objects.reads = 0;
    std::uint64_t entries = 0;
    for_each_differing_node(before, after, [&](const DifferingNode& node) {
      CHECK((node.side == '-' ? removed : added).insert({node.level, node.id}).second);
      if (node.level == 0) entries += node.totals.count;
      return true;
    });
    CHECK(objects.reads <= removed.size() + added.size() + 2);
    for (const Level& node : before_nodes) CHECK(removed.contains(node) == !after_nodes.contains(node));
    for (const Level& node : after_nodes) CHECK(added.contains(node) == !before_nodes.contains(node));
    CHECK((entries > 0) == (before.root() != after.root()));
  }
}

TEST_CASE("a visitor that has seen enough stops it") {
  MemoryObjects objects;
  const Tree before(objects, build(objects, {})), after(objects, build(objects, {{"a", entry_for("a", 0)}}));
  int seen = 0;
  for_each_differing_node(before, after, [&](const DifferingNode&) { return ++seen < 1; });
  CHECK(seen == 1);
}
