#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <utility>

#include "unit/pack/pack_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// Replaces the chosen sizes by their sum, and returns the bytes copied.
std::uint64_t fold_sizes(std::vector<std::uint64_t>& sizes, const std::vector<std::size_t>& chosen) {
  std::uint64_t sum = 0;
  for (std::size_t i : chosen) sum += std::exchange(sizes[i], 0);
  std::erase(sizes, 0);
  if (sum > 0) sizes.push_back(sum);
  return sum;
}

}  // namespace

TEST_CASE("nothing to fold: none, one, or sizes that grow geometrically") {
  CHECK(choose_fold({}).empty());
  CHECK(choose_fold({5}).empty());
  CHECK(choose_fold({1, 2, 4, 8, 16}).empty());
  CHECK(choose_fold({16, 1, 4, 8, 2}).empty());
}

TEST_CASE("equal packs are folded, a much larger one is left alone") {
  CHECK(choose_fold({3, 3}).size() == 2);
  const auto chosen = choose_fold({1000, 3, 3, 3});
  CHECK(chosen.size() == 3);
  CHECK(std::find(chosen.begin(), chosen.end(), 0u) == chosen.end());
}

TEST_CASE("the number of packs and the bytes copied stay logarithmic, whatever is added") {
  Random random(test_seed());
  for (const int kind : {0, 1, 2}) {
    std::vector<std::uint64_t> sizes;
    std::uint64_t added = 0;
    std::uint64_t copied = 0;
    for (int i = 0; i < 4000; ++i) {
      const std::uint64_t size = kind == 0 ? 1 : kind == 1 ? 1 + random() % 1000 : 1ull << random() % 16;
      sizes.push_back(size);
      added += size;
      copied += fold_sizes(sizes, choose_fold(sizes));
      CHECK(choose_fold(sizes).empty());  // one fold is enough
      CHECK(static_cast<double>(sizes.size()) <= std::log2(static_cast<double>(added)) + 1.0);
    }
    CHECK(std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0}) == added);
    CHECK(static_cast<double>(copied) <= static_cast<double>(added) * (std::log2(4000.0) + 1.0));
  }
}

TEST_CASE("folding keeps one copy of an object, the plain one, and drops dead frames") {
  ScratchDirectory scratch;
  FrameEncoder encoder;
  const std::string base_text(4000, 'b');
  const std::string text = base_text + "!";
  const Id base = hash_object(ObjectType::chunk, as_bytes(base_text));
  const FrameObject object = object_of(ObjectType::chunk, as_bytes(text));

  const auto make = [&](auto&& fill) { return make_pack(scratch, fill); };
  const PackInSet based = make([&](PackWriter& writer) {
    append_one(writer, encoder, ObjectType::chunk, as_bytes(base_text));
    auto frame = encoder.encode_based(as_bytes(text), FrameClass::data, {object}, base, as_bytes(base_text));
    REQUIRE(frame.has_value());
    writer.append(std::move(*frame));
  });
  Id dead_id;
  PackInSet plain = make([&](PackWriter& writer) {
    append_one(writer, encoder, ObjectType::chunk, as_bytes(text));
    append_one(writer, encoder, ObjectType::chunk, as_bytes(base_text));
    dead_id = append_one(writer, encoder, ObjectType::chunk, as_bytes("dead"));
  });
  auto dead = std::make_shared<Bytes>(1);
  (*dead)[0] = static_cast<std::uint8_t>(1u << *plain.reader->find_position(dead_id));
  plain.dead = dead;

  const PackInSet folded = make([&](PackWriter& writer) { fold_packs({based, plain}, writer); });
  folded.reader->verify();
  CHECK(folded.reader->object_count() == 2);
  CHECK(folded.reader->frame_count() == 2);
  CHECK_FALSE(folded.reader->find(dead_id));
  CHECK_FALSE(folded.reader->find(object.id)->based);
  const PackSet set({folded}, nullptr);
  CHECK(set.read(object.id, ObjectType::chunk).text() == text);
  CHECK(set.read(base, ObjectType::chunk).text() == base_text);
}

TEST_CASE("a fold refuses to copy a frame that has rotted") {
  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  FrameEncoder encoder;
  const PackInSet pack = make_pack(scratch, [&](PackWriter& writer) {
    append_one(writer, encoder, ObjectType::chunk, as_bytes("the bytes that rot"));
  });
  fs.open_write(pack.reader->path())->pwrite(40, as_bytes("X"));
  PackWriter target(fs, scratch.tmp(), PackName::random(fs));
  CHECK_THROWS_AS(fold_packs({pack}, target), Error);
}
