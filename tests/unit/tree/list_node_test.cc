// List nodes: what is accepted, and that each rule of docs/format/list.md is demanded.
#include "tree/list_node.h"

#include <doctest/doctest.h>

#include "base/coding.h"
#include "node_bytes.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::test;

namespace {

struct ListBytes {
  std::uint8_t version = 1;
  std::uint8_t level = 0;
  std::vector<std::uint64_t> sizes;
  std::vector<std::uint64_t> counts;
  std::vector<Id> ids;

  Bytes encode() const {
    Bytes out{version, level};
    put_varint(out, sizes.size());
    for (const std::uint64_t size : sizes) put_varint(out, size);
    for (const std::uint64_t count : counts) put_varint(out, count);
    for (const Id& id : ids) put_id(out, id);
    return out;
  }
};

const ListBytes kLeaf{1, 0, {100, 70000, 1}, {}, {id_filled(1), id_filled(2), id_filled(3)}};
const ListBytes kInternal{1, 1, {500, 1000}, {3, 200}, {id_filled(1), id_filled(2)}};

bool is_damaged(const ListBytes& node) {
  try {
    ListNode().decode(Blob::copy_of(node.encode()));
  } catch (const Error& error) {
    return error.code() == ErrorCode::damaged;
  }
  return false;
}

}  // namespace

TEST_CASE("nodes of both kinds") {
  ListNode node;
  node.decode(Blob::copy_of(kInternal.encode()));
  CHECK(node.level() == 1);
  CHECK(node.bytes() == 1500);
  CHECK(node.chunks() == 203);
  CHECK(node.entry(1).chunks == 200);
  node.decode(Blob::copy_of(kLeaf.encode()));
  CHECK(node.count() == 3);
  CHECK(node.bytes() == 70101);
  CHECK(node.chunks() == 3);
  CHECK(node.entry(1).bytes == 70000);
  CHECK(node.entry(1).id == id_filled(2));
  CHECK(node.find(0) == 0);
  CHECK(node.find(99) == 0);
  CHECK(node.find(100) == 1);
  CHECK(node.find(70100) == 2);
  CHECK(node.find(70101) == 3);
}

TEST_CASE("every rule") {
  ListBytes node = kLeaf;
  SUBCASE("version") { node.version = 0; }
  SUBCASE("level") { node = kInternal, node.level = 41; }
  SUBCASE("no entry") { node = ListBytes{}; }
  SUBCASE("too many entries") {
    node.sizes.assign(1025, 1);
    node.ids.assign(1025, id_filled(1));
  }
  SUBCASE("empty chunk") { node.sizes[1] = 0; }
  SUBCASE("huge chunk") { node.sizes[1] = std::uint64_t{1} << 32; }
  SUBCASE("child without chunks") { node = kInternal, node.counts[0] = 0; }
  SUBCASE("sizes overflow") { node = kInternal, node.sizes[0] = UINT64_MAX; }
  SUBCASE("counts overflow") { node = kInternal, node.counts[0] = UINT64_MAX; }
  SUBCASE("too few ids") { node.ids.pop_back(); }
  SUBCASE("bytes after the end") { node.ids.push_back(id_filled(1)); }
  CHECK(is_damaged(node));
}

TEST_CASE("cuts: never before two entries, always at the maximum, salted by level") {
  Id low = id_filled(0xff);
  std::fill_n(low.bytes.begin() + 8, 8, std::uint8_t{0});  // passes on level 1, 5, ...
  CHECK_FALSE(list_node_ends(1, 1, low));
  CHECK(list_node_ends(1, 2, low));
  CHECK(list_node_ends(5, 2, low));
  CHECK_FALSE(list_node_ends(0, 2, low));
  CHECK_FALSE(list_node_ends(2, 1023, low));
  CHECK(list_node_ends(2, 1024, low));
}
