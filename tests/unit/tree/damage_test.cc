// Whatever a node's bytes become, reading them is an answer or a `damaged` error, never anything else.
#include <doctest/doctest.h>

#include "support/tree_model.h"
#include "tree/list_node.h"
#include "tree/tree_node.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::test;

namespace {

Bytes corrupted(ByteView source, Random& random) {
  Bytes bytes(source.begin(), source.end());
  const std::uint64_t times = 1 + random.below(3);
  for (std::uint64_t i = 0; i < times && !bytes.empty(); ++i) {
    const std::uint64_t at = random.below(random.chance(50) ? std::min<std::size_t>(bytes.size(), 40) : bytes.size());
    switch (random.below(4)) {
      case 0:
        bytes[at] = static_cast<std::uint8_t>(random.next());
        break;
      case 1:
        bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1 << random.below(8));
        break;
      case 2:
        bytes.resize(at);
        break;
      default:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(random.next()));
    }
  }
  return bytes;
}

template <typename Action>
bool survives(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code() == ErrorCode::damaged;
  }
  return true;
}

}  // namespace

TEST_CASE("corrupted tree nodes") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  MemoryObjects objects;
  TreeModel model;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const std::string key = "dir" + std::to_string(i % 7) + "/" + std::to_string(i) + (i % 11 == 0 ? "/" : "");
    model.emplace(key, entry_for(key, random.next()));
  }
  const Id root = build(objects, model);
  TreeNode top;
  load_node(objects, root, top);
  const Tree tree(objects, root);
  for (int i = 0; i < 3000; ++i) {
    const Id victim = random.chance(40) ? root : top.id(random.below(top.count()));
    const Blob good = objects.read(victim, ObjectType::tree);
    objects.forge(victim, ObjectType::tree, corrupted(good.bytes, random));
    REQUIRE(survives([&] { walk(tree.begin()); }));
    const std::string key = std::next(model.begin(), static_cast<std::ptrdiff_t>(random.below(2000)))->first;
    REQUIRE(survives([&] { (void)tree.get(key); }));
    REQUIRE(survives([&] { (void)tree.nth(random.below(2000)); }));
    REQUIRE(survives([&] { (void)tree.totals_prefix(key.substr(0, 4)); }));
    REQUIRE(survives([&] { TreeDiff(tree, Tree(objects, top.id(0))).next(); }));
    objects.forge(victim, ObjectType::tree, good.bytes);
  }
}

TEST_CASE("corrupted list nodes") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  Bytes bytes{1, 1, 3, 10, 20, 0x80, 0x01, 1, 2, 3};
  for (int i = 0; i < 96; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  ListNode node;
  node.decode(Blob::copy_of(bytes));
  CHECK(node.bytes() == 158);
  for (int i = 0; i < 20000; ++i) {
    REQUIRE(survives([&] { node.decode(Blob::copy_of(corrupted(bytes, random))); }));
  }
}
