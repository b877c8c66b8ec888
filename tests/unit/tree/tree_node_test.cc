// Tree nodes: what is accepted, and that each rule of docs/format/tree.md is demanded.
#include "tree/tree_node.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "node_bytes.h"
#include "support/long_path.h"
#include "tree/node_format.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::test;
using namespace std::string_literals;

namespace {

NodeBytes leaf() {
  NodeBytes node;
  node.add({0, "a/b"}, 0, 5, id_filled(1));
  node.add({2, "c"}, 1, 300, id_filled(2));
  node.add({0, "d/"}, 3, 0, Id{});
  node.add({0, "e"}, 2, 0, id_filled(3));
  return node;
}

NodeBytes internal() {
  NodeBytes node;
  node.level = 1;
  node.add({0, "a/b"}, 10, 1000, id_filled(1));
  node.add({1, "b"}, 300, 0, id_filled(2));
  return node;
}

bool is_damaged(const Bytes& bytes) {
  try {
    TreeNode().decode(Blob::copy_of(bytes));
  } catch (const Error& error) {
    return error.code() == ErrorCode::damaged;
  }
  return false;
}

bool is_damaged(const NodeBytes& node) { return is_damaged(node.encode()); }

}  // namespace

TEST_CASE("a leaf") {
  TreeNode node;
  node.decode(Blob::copy_of(leaf().encode()));
  REQUIRE(node.count() == 4);
  CHECK(node.is_leaf());
  CHECK(node.key(0) == "a/b");
  CHECK(node.key(1) == "a/c");
  CHECK(node.key(2) == "d/");
  CHECK(node.last_key() == "e");
  CHECK(node.entry(1) == Entry{Kind::executable, 300, id_filled(2)});
  CHECK(node.entry(2) == Entry{Kind::empty_directory, 0, Id{}});
  CHECK(node.totals() == Totals{4, 305});
  CHECK(node.totals(1) == Totals{1, 300});
  CHECK(node.lower_bound("") == 0);
  CHECK(node.lower_bound("a/bb") == 1);
  CHECK(node.lower_bound("a/c") == 1);
  CHECK(node.lower_bound("f") == 4);
}

TEST_CASE("an internal node") {
  TreeNode node;
  node.decode(Blob::copy_of(internal().encode()));
  CHECK(node.level() == 1);
  CHECK(node.key(1) == "ab");
  CHECK(node.totals() == Totals{310, 1000});
  CHECK(node.totals(0) == Totals{10, 1000});
  CHECK(node.id(1) == id_filled(2));
}

TEST_CASE("a buffer is used again for a smaller and a larger node") {
  TreeNode node;
  for (const int count : {500, 1, 0, 700}) {
    NodeBytes bytes;
    std::string previous;
    for (int i = 0; i < count; ++i) {
      const std::string key = std::to_string(1000 + i);
      const std::size_t shared = shared_prefix(previous, key);
      bytes.add({shared, key.substr(shared)}, 0, 1, id_filled(1));
      previous = key;
    }
    node.decode(Blob::copy_of(bytes.encode()));
    CHECK(node.totals() == Totals{static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(count)});
    for (int i = 0; i < count; ++i) REQUIRE(node.key(static_cast<std::size_t>(i)) == std::to_string(1000 + i));
  }
}

TEST_CASE("every rule of the header") {
  NodeBytes node = leaf();
  node.version = 2;
  CHECK(is_damaged(node));
  node = internal();
  node.level = tree_format::kLevelMax + 1;
  CHECK(is_damaged(node));
  node = NodeBytes{};
  CHECK(!is_damaged(node));
  node.level = 1;
  CHECK(is_damaged(node));
  CHECK(is_damaged(Bytes{1, 0, 0x80, 0x00}));               // a number not in its shortest form
  CHECK(is_damaged(Bytes{1, 0, 0xff, 0xff, 0xff, 0x7f}));   // a count beyond the bytes
}

TEST_CASE("every rule of a node's keys") {
  NodeBytes node = leaf();
  SUBCASE("shared length too short") { node.keys[1] = {1, "/c"}; }
  SUBCASE("shared length too long") { node.keys[1] = {4, "c"}; }
  SUBCASE("first key shares") { node.keys[0] = {1, "a"}; }
  SUBCASE("descending") { node.keys[3] = {0, "c"}; }
  SUBCASE("equal") { node.keys[1] = {3, ""}; }
  SUBCASE("empty first") { node.keys[0] = {0, ""}; }
  SUBCASE("too long") { node.keys[3] = {0, std::string(tree_format::kKeySizeMax + 1, 'x')}; }
  SUBCASE("a file above a file") { node.keys[1] = {3, "/c"}; }
  SUBCASE("an empty directory above a file") { node.keys[3] = {2, "e"}; }
  SUBCASE("a file beside an empty directory") {
    node = NodeBytes{};
    node.add({0, "d"}, 0, 1, id_filled(1));
    node.add({1, "/"}, 3, 0, Id{});
  }
  SUBCASE("a file above a file with another between") {
    node = NodeBytes{};
    node.add({0, "a"}, 0, 1, id_filled(1));
    node.add({1, "-b"}, 0, 1, id_filled(1));
    node.add({1, "/x"}, 0, 1, id_filled(1));
  }
  CHECK(is_damaged(node));
}

TEST_CASE("the longest key is fine") {
  NodeBytes node = leaf();
  node.keys[3] = {0, long_path("x", 4095)};
  CHECK(!is_damaged(node));
}

namespace {

/// A node of these keys, coded as a writer would.
NodeBytes node_of(const std::vector<std::string>& keys, std::uint64_t kind = 0) {
  NodeBytes node;
  std::string previous;
  for (const std::string& key : keys) {
    const std::size_t shared = shared_prefix(previous, key);
    const bool is_directory = key.ends_with('/');
    node.add({shared, key.substr(shared)}, is_directory ? 3 : kind, 0, is_directory ? Id{} : id_filled(1));
    previous = key;
  }
  return node;
}

/// What decoding says of the names; empty if it says nothing, or something else.
std::string name_damage(const NodeBytes& node) {
  try {
    TreeNode().decode(Blob::copy_of(node.encode()));
  } catch (const Error& error) {
    const std::string what = error.what();
    const std::size_t at = what.find("a name is not allowed: ");
    if (error.code() == ErrorCode::damaged && at != what.npos) return what.substr(at);
  }
  return "";
}

std::vector<std::string> sorted(std::vector<std::string> keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

TEST_CASE("names that no snapshot may hold are damage, wherever they stand in a node") {
  const std::string longest(256, 'x');
  for (const std::string& name :
       {"."s, ".."s, ".vstore"s, ".VSTORE"s, ".vstore."s, "vstore~1"s, "VSA0B1~2"s, ".v\xe2\x80\x8cstore"s, ".v\xc5\xbftore"s,
        "x\\.vstore"s, "a\0b"s, longest, ""s}) {
    CAPTURE(name);
    for (const std::string& key : {name, name + "/x", "d/" + name, "d/" + name + "/x", "d/e/" + name + "/", name + "/"}) {
      if (key.empty() || key == "d/") continue;
      CAPTURE(key);
      CHECK(name_damage(node_of({key})) != "");
      // Alone with what it has of its own: the rest, its slash or dot too, is shared with the key before it.
      for (std::size_t shared = 0; shared < key.size(); ++shared) {
        const std::string before = key.substr(0, shared) + "\x01";
        CHECK(name_damage(node_of(sorted({before, key, "zz"}))) != "");
      }
    }
  }
}

TEST_CASE("unusual names that are allowed, and lengths that look unusual") {
  CHECK(!is_damaged(node_of(sorted({".github/x", "a/..b", "a/.vstoreignore", "b~", "c\\d", "caf\xc3\xa9", "d/.e/", "x/vstore~0"}))));
  CHECK(!is_damaged(node_of({long_path("a", 300)})));
  for (std::size_t shared = 1; shared < 255; ++shared) {
    const std::string stem = long_path("d", shared, 'y').substr(0, shared - 1) + "e";
    CHECK(!is_damaged(node_of({stem + "a", stem + "b"})));
    CHECK(!is_damaged(node_of({"b/" + stem, "c" + stem.substr(0, 100)})));
  }
  CHECK(name_damage(node_of({long_path("a", 4096)})) != "");
}

TEST_CASE("names of refs") {
  constexpr std::uint64_t ref_to_commit = 8;
  CHECK(!is_damaged(node_of({"refs/heads/main", "refs/heads/topic/x", "refs/tags/v1.0"}, ref_to_commit)));
  CHECK(!is_damaged(node_of({"refs/heads/" + std::string(300, 'x')}, ref_to_commit)));
  for (const char* name : {"refs/heads/-x", "refs/heads/.x", "refs/heads/x.lock", "a..b", "a b", "a\x1b", "a~1", "@", "a//b", "a.", "/a"}) {
    CAPTURE(name);
    CHECK(name_damage(node_of({name}, ref_to_commit)) != "");
    CHECK(name_damage(node_of(sorted({"HEAD", name, "zz"}), ref_to_commit)) != "");
  }
}

TEST_CASE("every rule of a leaf's values") {
  NodeBytes node = leaf();
  SUBCASE("kind between the ranges") { node.kinds_or_counts[0] = 4; }
  SUBCASE("kind past the ranges") { node.kinds_or_counts[0] = 12; }
  SUBCASE("file with an empty directory's key") { node.kinds_or_counts[2] = 0; }
  SUBCASE("empty directory with a file's key") { node.kinds_or_counts[0] = 3; }
  SUBCASE("empty directory with an id") { node.ids[2] = id_filled(4); }
  SUBCASE("empty directory with a size") { node.sizes[2] = 1; }
  SUBCASE("file with the null id") { node.ids[0] = Id{}; }
  SUBCASE("ref with a size") { node.kinds_or_counts[0] = 8; }
  SUBCASE("sizes overflow") { node.sizes[0] = UINT64_MAX; }
  SUBCASE("too few ids") { node.ids.pop_back(); }
  SUBCASE("bytes after the end") { node.ids.push_back(id_filled(1)); }
  CHECK(is_damaged(node));
}

TEST_CASE("every rule of an internal node's values") {
  NodeBytes node = internal();
  SUBCASE("empty child") { node.kinds_or_counts[0] = 0; }
  SUBCASE("counts overflow") { node.kinds_or_counts[0] = UINT64_MAX; }
  SUBCASE("sizes overflow") { node.sizes = {UINT64_MAX, 1}; }
  CHECK(is_damaged(node));
}

TEST_CASE("a node that should have been cut before its last key is damage") {
  NodeBytes node;
  for (int i = 0; i < 12; ++i) {
    node.add({0, long_path(std::string(1, static_cast<char>('a' + i)), 4095)}, 0, 1, id_filled(1));
  }
  CHECK(!is_damaged(node));  // 11 * 4,135 < 49,152
  node.add({0, "z"}, 0, 1, id_filled(1));
  CHECK(is_damaged(node));
}

TEST_CASE("rules hold across nodes that are read one after the other") {
  NodeBytes first;
  first.add({0, "a"}, 0, 1, id_filled(1));
  first.add({1, "-b"}, 0, 1, id_filled(1));
  NodeBytes second;
  const auto follows = [&](const std::string& key) {
    second = NodeBytes{};
    second.add({0, key}, 0, 1, id_filled(1));
    KeyOrder order;
    TreeNode node;
    node.decode(Blob::copy_of(first.encode()), &order);
    try {
      node.decode(Blob::copy_of(second.encode()), &order);
    } catch (const Error&) {
      return false;
    }
    return true;
  };
  CHECK(follows("a.c"));
  CHECK(follows("b"));
  CHECK_FALSE(follows("a-b"));
  CHECK_FALSE(follows("a-a"));
  CHECK_FALSE(follows("a/x"));
}

TEST_CASE("a child must be what its parent says") {
  MemoryObjects objects;
  NodeBytes child_bytes;
  child_bytes.add({0, "b"}, 0, 7, id_filled(1));
  child_bytes.add({0, "c"}, 0, 8, id_filled(1));
  const Id child = objects.put(ObjectType::tree, child_bytes.encode());
  const auto fits = [&](std::uint8_t level, const std::string& before, const std::string& last,
                        std::uint64_t count, std::uint64_t size) {
    NodeBytes parent;
    parent.level = level;
    parent.add({0, before}, 1, 1, id_filled(9));
    parent.add({0, last}, count, size, child);
    TreeNode up;
    TreeNode down;
    up.decode(Blob::copy_of(parent.encode()));
    try {
      load_child(objects, up, 1, down);
    } catch (const Error& error) {
      return error.code() != ErrorCode::damaged;
    }
    return true;
  };
  CHECK(fits(1, "a", "c", 2, 15));
  CHECK_FALSE(fits(2, "a", "c", 2, 15));
  CHECK_FALSE(fits(1, "b", "c", 2, 15));
  CHECK_FALSE(fits(1, "a", "d", 2, 15));
  CHECK_FALSE(fits(1, "a", "c", 3, 15));
  CHECK_FALSE(fits(1, "a", "c", 2, 16));
}
