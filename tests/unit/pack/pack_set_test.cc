// Look-up over several packs: dead entries, plain and based copies, prefixes, chains.
#include <doctest/doctest.h>

#include "unit/pack/pack_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

struct Packs {
  template <class Fill>
  PackInSet make(Fill&& fill) {
    return make_pack(scratch, fill);
  }
  /// A copy of `text` based on `base_text`, whatever the encoder would choose.
  void append_based(PackWriter& writer, const std::string& text, const std::string& base_text) {
    const FrameObject object = object_of(ObjectType::chunk, as_bytes(text));
    const Id base = hash_object(ObjectType::chunk, as_bytes(base_text));
    auto frame = encoder.encode_based(as_bytes(text), FrameClass::data, {object}, base, as_bytes(base_text));
    REQUIRE(frame.has_value());
    writer.append(std::move(*frame));
  }
  static PackInSet without(PackInSet pack, const Id& id) {
    auto dead = std::make_shared<Bytes>((pack.reader->object_count() + 7) / 8);
    const std::uint64_t at = *pack.reader->find_position(id);
    (*dead)[at / 8] = static_cast<std::uint8_t>((*dead)[at / 8] | 1u << at % 8);
    pack.dead = dead;
    return pack;
  }

  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  FrameEncoder encoder;
};

Id chunk_id(const std::string& text) { return hash_object(ObjectType::chunk, as_bytes(text)); }

const std::string a(3000, 'a');
const std::string b = a + "b";
const std::string c = b + "c";

}  // namespace

TEST_CASE("a plain and a based copy may stand in one pack; the plain one is found first") {
  Packs packs;
  const PackSet set({packs.make([&](PackWriter& writer) {
                      append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(a));
                      packs.append_based(writer, b, a);
                      append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(b));
                      append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(b));
                    })},
                    nullptr);
  const PackReader& reader = *set.packs()[0].reader;
  reader.verify();
  CHECK(reader.object_count() == 3);
  CHECK_FALSE(set.locate(chunk_id(b))->location.based);
  CHECK(set.locate_plain(chunk_id(b)));
  CHECK_FALSE(set.base_of(chunk_id(b)));

  const PackSet without_plain({Packs::without(set.packs()[0], chunk_id(b))}, nullptr);
  CHECK(without_plain.locate(chunk_id(b))->location.based);
  CHECK_FALSE(without_plain.locate_plain(chunk_id(b)));
  CHECK((without_plain.base_of(chunk_id(b)) == chunk_id(a)));
  CHECK(without_plain.read(chunk_id(b), ObjectType::chunk).text() == b);
}

TEST_CASE("a dead object is absent to every look-up") {
  Packs packs;
  const PackInSet pack = packs.make(
      [&](PackWriter& writer) { append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(a)); });
  const PackSet set({Packs::without(pack, chunk_id(a))}, nullptr);
  CHECK_FALSE(set.find(chunk_id(a)));
  CHECK_FALSE(set.locate_plain(chunk_id(a)));
  CHECK(set.find_prefix(chunk_id(a).hex().substr(0, 8), 10).empty());
  CHECK_THROWS_AS(static_cast<void>(set.read(chunk_id(a), ObjectType::chunk)), Error);
}

TEST_CASE("a base in another pack is found; a chain and a missing base are damage") {
  Packs packs;
  const PackInSet bases = packs.make(
      [&](PackWriter& writer) { append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(a)); });
  const PackInSet deltas = packs.make([&](PackWriter& writer) {
    packs.append_based(writer, b, a);
    packs.append_based(writer, c, b);
  });
  const auto cache = std::make_shared<FrameCache>(1 << 20);
  const PackSet set({deltas, bases}, cache);
  CHECK(set.read(chunk_id(b), ObjectType::chunk).text() == b);
  CHECK_THROWS_WITH_AS(static_cast<void>(set.read(chunk_id(c), ObjectType::chunk)),
                       doctest::Contains("has no plain copy"), Error);
  const PackSet alone({deltas}, nullptr);
  CHECK_THROWS_WITH_AS(static_cast<void>(alone.read(chunk_id(b), ObjectType::chunk)),
                       doctest::Contains("has no plain copy"), Error);
}

TEST_CASE("an object of another type is refused") {
  Packs packs;
  const PackSet set({packs.make([&](PackWriter& writer) {
                      append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(a));
                    })},
                    nullptr);
  CHECK_THROWS_WITH_AS(static_cast<void>(set.read(chunk_id(a), ObjectType::tree)),
                       doctest::Contains("is not a tree"), Error);
}

TEST_CASE("a damaged copy does not hide a good one") {
  Packs packs;
  const auto with_a = [&](PackWriter& writer) {
    append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(a));
  };
  const PackInSet bad = packs.make(with_a);
  const PackInSet good = packs.make(with_a);
  const std::uint64_t last = bad.reader->frame(0).offset + bad.reader->frame(0).stored_size - 1;
  packs.fs.open_write(bad.reader->path())->pwrite(last, as_bytes("\x55"));
  CHECK_THROWS_AS(static_cast<void>(PackSet({bad}, nullptr).read(chunk_id(a), ObjectType::chunk)), Error);
  CHECK(PackSet({bad, good}, nullptr).read(chunk_id(a), ObjectType::chunk).text() == a);
}

TEST_CASE("prefixes find ids over all packs, ascending, without repeats, up to the limit") {
  Packs packs;
  std::vector<Id> ids;
  std::vector<PackInSet> sets;
  for (int p = 0; p < 3; ++p) {
    sets.push_back(packs.make([&](PackWriter& writer) {
      for (int i = p * 50; i < p * 50 + 100; ++i) {  // half of them in the pack before, too
        const std::string text = "object " + std::to_string(i);
        ids.push_back(append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(text)));
      }
    }));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const PackSet set(sets, nullptr);
  CHECK(set.find_prefix("", 1000) == ids);
  for (const Id& id : ids) {
    for (const std::size_t digits : {1, 2, 3, 8, 64}) {
      const std::string hex = id.abbrev(digits);
      std::vector<Id> expected;
      for (const Id& other : ids)
        if (other.hex().starts_with(hex)) expected.push_back(other);
      CHECK(set.find_prefix(hex, 1000) == expected);
    }
  }
  CHECK(set.find_prefix("", 5) == std::vector<Id>(ids.begin(), ids.begin() + 5));
  CHECK(set.find_prefix("xyz", 5).empty());
  CHECK(set.find_prefix(std::string(65, '0'), 5).empty());
}

TEST_CASE(
    "a chunk in a frame of its own is kept when it is read again, and then neither decoded nor hashed") {
  Packs packs;
  for (const bool raw : {false, true}) {
    CAPTURE(raw);
    std::string text(50'000, 'x');
    std::mt19937 random(test_seed());
    if (raw) {
      for (char& c : text) c = static_cast<char>(random());
    }
    const PackInSet pack = packs.make(
        [&](PackWriter& writer) { append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(text)); });
    CHECK((pack.reader->frame(0).codec == Codec::raw) == raw);
    const auto cache = std::make_shared<FrameCache>(4 << 20);
    const PackSet set({pack}, cache);
    CHECK(set.read(chunk_id(text), ObjectType::chunk).text() == text);
    CHECK(cache->bytes() == 0);
    CHECK(set.read(chunk_id(text), ObjectType::chunk).text() == text);
    CHECK(cache->bytes() > text.size());
    const Blob third = set.read(chunk_id(text), ObjectType::chunk);
    CHECK(third.bytes.data() == set.read(chunk_id(text), ObjectType::chunk).bytes.data());
    // Were it hashed again, this would be noticed: the cached bytes are ours alone.
    auto* const byte = const_cast<std::uint8_t*>(third.bytes.data());
    *byte ^= 1;
    CHECK_NOTHROW(set.read(chunk_id(text), ObjectType::chunk));
    *byte ^= 1;
  }
}

TEST_CASE("bytes read in place are hashed each time, though they were right before") {
  Packs packs;
  std::string noise(50'000, '\0');
  std::mt19937 random(test_seed());
  for (char& c : noise) c = static_cast<char>(random());
  const PackInSet pack = packs.make(
      [&](PackWriter& writer) { append_one(writer, packs.encoder, ObjectType::chunk, as_bytes(noise)); });
  const PackSet set({pack}, nullptr);
  CHECK(set.read(chunk_id(noise), ObjectType::chunk).text() == noise);
  const auto file = packs.fs.open_write(pack.reader->path());
  const std::uint64_t at = pack.reader->frame(0).offset + 30'000;
  file->pwrite(at, as_bytes(std::string(1, static_cast<char>(~noise[30'000]))));
  CHECK_THROWS_AS(static_cast<void>(set.read(chunk_id(noise), ObjectType::chunk)), Error);
}

TEST_CASE("two ids that an index leads to the same bytes: that one is right says nothing of the other") {
  Packs packs;
  const std::string text(5000, 't');
  Id liar = chunk_id(text);
  liar.bytes[31] ^= 1;
  const PackInSet pack = packs.make([&](PackWriter& writer) {
    const auto size = static_cast<std::uint32_t>(text.size());
    // A second object in the frame, so that it is kept from the first read on.
    const std::string both = text + a;
    writer.append(
        packs.encoder.encode(as_bytes(both), FrameClass::data,
                             {{chunk_id(text), ObjectType::chunk, 0, size},
                              {liar, ObjectType::chunk, 0, size},
                              {chunk_id(a), ObjectType::chunk, size, static_cast<std::uint32_t>(a.size())}}));
  });
  const PackSet set({pack}, std::make_shared<FrameCache>(4 << 20));
  for (int i = 0; i < 2; ++i) {
    CHECK(set.read(chunk_id(text), ObjectType::chunk).text() == text);
    CHECK_THROWS_AS(static_cast<void>(set.read(liar, ObjectType::chunk)), Error);
  }
}
