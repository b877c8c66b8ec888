// Files strung together from chunks, against plain byte strings.
#include <doctest/doctest.h>

#include <cstring>
#include <set>

#include "support/memory_objects.h"
#include "support/random.h"
#include "tree/list_node.h"
#include "vstore/error.h"
#include "vstore/file.h"

using namespace vstore;
using namespace vstore::test;

namespace {

using Chunks = std::vector<std::string>;

std::string random_chunk(Random& random) {
  std::string chunk(1 + random.below(40), '\0');
  for (char& c : chunk) c = static_cast<char>(random.next());
  return chunk;
}

Chunks random_chunks(Random& random, std::uint64_t count) {
  Chunks chunks;
  for (std::uint64_t i = 0; i < count; ++i) chunks.push_back(random_chunk(random));
  return chunks;
}

Id store(MemoryObjects& objects, const Chunks& chunks, const Id* displaced = nullptr) {
  ListBuilder builder(objects, &objects, displaced);
  for (const std::string& chunk : chunks) {
    builder.add(objects.put(ObjectType::chunk, as_bytes(chunk)), static_cast<std::uint32_t>(chunk.size()));
  }
  return builder.finish();
}

std::string joined(const Chunks& chunks) {
  std::string all;
  for (const std::string& chunk : chunks) all += chunk;
  return all;
}

std::string read_all(const FileReader& reader) {
  std::string all;
  reader.visit([&](ByteView bytes) {
    all += as_text(bytes);
    return true;
  });
  return all;
}

}  // namespace

TEST_CASE("a file of one chunk is that chunk, an empty file the empty chunk") {
  MemoryObjects objects;
  CHECK(ListBuilder(objects).finish() == hash_object(ObjectType::chunk, {}));
  CHECK(store(objects, {""}) == hash_object(ObjectType::chunk, {}));
  CHECK(store(objects, {"abc"}) == hash_object(ObjectType::chunk, as_bytes("abc")));
  CHECK(objects.find(store(objects, {"abc", "d"}))->type == ObjectType::list);
  CHECK_THROWS_AS(store(objects, {"abc", ""}), Error);
  CHECK_THROWS_AS(store(objects, {"", "abc"}), Error);

  const FileReader empty(objects, store(objects, {""}));
  CHECK(empty.size() == 0);
  CHECK(read_all(empty) == "");
  const FileReader one(objects, store(objects, {"abc"}));
  CHECK(one.size() == 3);
  CHECK(read_all(one) == "abc");
  CHECK_THROWS_AS(FileReader(objects, Id{}), Error);
}

TEST_CASE("reading at any place gives the bytes of that place") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  MemoryObjects objects;
  for (const std::uint64_t count : {2, 3, 50, 1000, 60000}) {
    const Chunks chunks = random_chunks(random, count);
    const std::string all = joined(chunks);
    const FileReader reader(objects, store(objects, chunks));
    REQUIRE(reader.size() == all.size());
    REQUIRE(read_all(reader) == all);
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t offset = random.below(all.size() + 10);
      const std::uint64_t length = random.chance(10) ? UINT64_MAX : random.below(100);
      const std::string expected = offset < all.size() ? all.substr(offset, length) : "";
      std::string got(expected.size(), '\0');
      const auto n = reader.read(offset, length, reinterpret_cast<std::uint8_t*>(got.data()));
      REQUIRE(n == expected.size());
      REQUIRE(got == expected);
    }
    std::uint64_t next = 0;
    std::size_t seen = 0;
    reader.visit_chunks([&](const ChunkRef& chunk) {
      CHECK(chunk.offset == next);
      next += chunk.size;
      ++seen;
      return true;
    });
    CHECK(next == all.size());
    CHECK(seen == chunks.size());
  }
}

TEST_CASE("reading a byte costs O(depth) nodes, stopping early stops") {
  Random random(1);
  MemoryObjects objects;
  const FileReader reader(objects, store(objects, random_chunks(random, 100000)));
  objects.reads = 0;
  std::uint8_t byte;
  CHECK(reader.read(reader.size() / 2, 1, &byte) == 1);
  CHECK(objects.reads <= 4);
  objects.reads = 0;
  reader.visit([](ByteView) { return false; });
  CHECK(objects.reads <= 4);
}

TEST_CASE("a changed, added or removed run of chunks rewrites O(depth) nodes, which name the displaced") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  MemoryObjects objects;
  const Chunks before = random_chunks(random, 50000);
  const Id old_id = store(objects, before);
  const std::set<std::string> had(before.begin(), before.end());
  const std::uint64_t before_size = joined(before).size();
  for (int i = 0; i < 10; ++i) {
    Chunks after = before;
    const auto place = static_cast<std::ptrdiff_t>(random.below(after.size() - 10));
    after.erase(after.begin() + place, after.begin() + place + static_cast<std::ptrdiff_t>(random.below(4)));
    const Chunks extra = random_chunks(random, random.below(4));
    after.insert(after.begin() + place, extra.begin(), extra.end());
    for (const std::string& chunk : extra) objects.put(ObjectType::chunk, as_bytes(chunk));
    objects.news = 0;
    objects.displaced.clear();
    const Id id = store(objects, after, &old_id);
    CHECK(objects.news <= 8);
    CHECK(objects.displaced.size() == objects.news);
    const ContentShare share = compare_contents(objects, old_id, id);
    std::uint64_t shared = 0;
      for (const std::string& chunk : after) shared += had.contains(chunk) ? chunk.size() : 0;
    CHECK(share.before_size == before_size);
    CHECK(share.after_size == joined(after).size());
    // Single bytes repeat all over the file; what moved into a shared node is not searched for there.
    CHECK(share.shared_bytes <= shared);
    CHECK(share.shared_bytes + 200 > shared);
    objects.reads = 0;
    compare_contents(objects, old_id, id);
    CHECK(objects.reads <= 20);
  }
}

TEST_CASE("the same chunk over and over: cut at once everywhere or never, no deep tree, few nodes") {
  MemoryObjects objects;
  constexpr std::uint64_t kTimes = 300000;
  int always_cut = 0;
  for (std::uint32_t n = 0; always_cut < 2; ++n) {
    const std::string text = "chunk " + std::to_string(n);
    const Id chunk = hash_object(ObjectType::chunk, as_bytes(text));
    const bool cuts = list_node_ends(0, 2, chunk);
    if (!cuts && n > 2) continue;
    always_cut += cuts;
    objects.put(ObjectType::chunk, as_bytes(text));
    ListBuilder builder(objects);
    for (std::uint64_t i = 0; i < kTimes; ++i) builder.add(chunk, static_cast<std::uint32_t>(text.size()));
    const FileReader reader(objects, builder.finish());
    CHECK(reader.size() == kTimes * text.size());
    std::uint8_t byte;
    CHECK(reader.read(reader.size() - 1, 1, &byte) == 1);
    CHECK(byte == static_cast<std::uint8_t>(text.back()));
  }
  CHECK(objects.size() < 200);
}

TEST_CASE("a list that lies is damage") {
  MemoryObjects objects;
  Random random(7);
  const Chunks chunks = random_chunks(random, 3000);
  const Id id = store(objects, chunks);
  const Blob root = objects.read(id, ObjectType::list);
  for (std::size_t i = 0; i < root.bytes.size(); ++i) {
    Bytes bytes(root.bytes.begin(), root.bytes.end());
    bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ (1 + random.below(255)));
    objects.forge(id, ObjectType::list, bytes);
    CHECK_THROWS_AS(read_all(FileReader(objects, id)), Error);
  }
}
