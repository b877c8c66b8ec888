// The vectors of docs/format/tree.md and docs/format/list.md. If one of these changes, so has the format.
#include <doctest/doctest.h>

#include <cstdio>

#include "base/hex.h"
#include "support/memory_objects.h"
#include "vstore/file.h"
#include "vstore/tree.h"

using namespace vstore;
using namespace vstore::test;

namespace {

Id filled(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

std::string repeated(const char* hex, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += hex;
  return out;
}

Id list_of(MemoryObjects& objects, int chunks) {
  ListBuilder builder(objects);
  for (int i = 0; i < chunks; ++i) {
    const std::string text = std::to_string(i);
    builder.add(hash_object(ObjectType::chunk, as_bytes(text)), static_cast<std::uint32_t>(text.size()));
  }
  return builder.finish();
}

}  // namespace

TEST_CASE("the empty map") {
  MemoryObjects objects;
  const Id root = TreeBuilder(objects).finish();
  CHECK(root.hex() == "3e8e022b3c9f7eebbed459599bea27c28901fe57f1a9ed8d12e81de27b2d671f");
  CHECK(root == empty_tree_id());
  CHECK(to_hex(objects.read(root, ObjectType::tree).bytes) == "010000");
}

TEST_CASE("a map of three entries") {
  MemoryObjects objects;
  TreeBuilder builder(objects);
  builder.add("a/b", {Kind::file, 5, filled(1)});
  builder.add("a/c", {Kind::executable, 300, filled(2)});
  builder.add("d/", {Kind::empty_directory, 0, {}});
  const Id root = builder.finish();
  CHECK(root.hex() == "2df22f67fd2fe51d7d627ea51687aa5f07c78b520b649e7aad8bdebc6e045f44");
  const std::string expected = std::string("010003") + "0003612f62" + "020163" + "0002642f" + "000103" + "05ac0200" +
                               repeated("01", 32) + repeated("02", 32) + repeated("00", 32);
  CHECK(to_hex(objects.read(root, ObjectType::tree).bytes) == expected);
}

TEST_CASE("a map of three levels: the boundaries") {
  MemoryObjects objects;
  TreeBuilder builder(objects);
  for (unsigned i = 0; i < 150000; ++i) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%06u", i);
    builder.add(std::string("k/") + digits, {Kind::file, i, hash_object(ObjectType::chunk, as_bytes(digits))});
  }
  CHECK(builder.finish().hex() == "b73e1f1388d8e3b5abec3339047f8da378852122247af578ec2d740e569bc654");
  CHECK(objects.size() == 583 + 3 + 1);
}

TEST_CASE("lists") {
  MemoryObjects objects;
  CHECK(list_of(objects, 0).hex() == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  CHECK(list_of(objects, 1).hex() == "4d067153ac729a4a7e8220c97935ffba67487860d58298ceeb23864369867d9f");
  CHECK(objects.size() == 0);
  const Id two = list_of(objects, 2);
  CHECK(two.hex() == "593638956c7736bbbe2b5aa1e85c243e27bcd134bfaa494c5539db3db6d57d8f");
  CHECK(to_hex(objects.read(two, ObjectType::list).bytes) ==
        "0100020101" + hash_object(ObjectType::chunk, as_bytes("0")).hex() +
            hash_object(ObjectType::chunk, as_bytes("1")).hex());
  CHECK(list_of(objects, 100000).hex() == "87504e8bb08337b50b0be7ae4a2b8b1ef69b84e6effdca6d7fa711bcec6db2e3");
}
