// Whatever goes into packs comes out, through writer, reader, set and fold, compared with a std::map.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "pack/format.h"
#include "unit/pack/pack_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

struct RandomPacks {
  explicit RandomPacks(std::uint64_t seed) : random(seed) {}

  /// A frame of one to twenty new objects of one class.
  void add_plain_frame(PackWriter& writer) {
    const bool data = random() % 2 == 0;
    Bytes raw;
    std::vector<FrameObject> objects;
    for (std::size_t n = 1 + random() % 20; n > 0 && raw.size() < frame_raw_target; --n) {
      const ObjectType type = data ? ObjectType::chunk : static_cast<ObjectType>(2 + random() % 6);
      const Bytes bytes = random_bytes(random);
      objects.push_back(object_of(type, bytes, static_cast<std::uint32_t>(raw.size())));
      raw.insert(raw.end(), bytes.begin(), bytes.end());
      world[objects.back().id] = {type, bytes};
      plain.push_back(objects.back().id);
    }
    writer.append(encoder.encode(raw, data ? FrameClass::data : FrameClass::meta, objects));
  }

  /// An edit of some plain object, based on it if that pays.
  void add_based_frame(PackWriter& writer) {
    const Id base_id = plain[random() % plain.size()];
    const Known base = world.at(base_id);
    const Bytes bytes = edited(base.bytes, random);
    const FrameObject object = object_of(base.type, bytes);
    auto frame = encoder.encode_based(bytes, frame_class_of(base.type), {object}, base_id, base.bytes);
    if (frame) ++based_count;
    if (!frame) {
      frame = encoder.encode(bytes, frame_class_of(base.type), {object});
      plain.push_back(object.id);
    }
    writer.append(std::move(*frame));
    world[object.id] = {base.type, bytes};
  }

  void fill(PackWriter& writer) {
    for (int i = 0; i < 12; ++i) {
      if (plain.empty() || random() % 2 == 0)
        add_plain_frame(writer);
      else
        add_based_frame(writer);
    }
  }

  Random random;
  FrameEncoder encoder{1};
  World world;
  std::vector<Id> plain;
  int based_count = 0;
};

void check_world(const World& world, const std::vector<PackInSet>& packs) {
  const PackSet set(packs, std::make_shared<FrameCache>(1 << 20));
  for (const auto& [id, known] : world) {
    const auto info = set.find(id);
    REQUIRE(info);
    CHECK(info->type == known.type);
    CHECK(info->size == known.bytes.size());
    const Blob blob = set.read(id, known.type);
    CHECK(std::equal(blob.bytes.begin(), blob.bytes.end(), known.bytes.begin(), known.bytes.end()));
    Id other = id;
    other.bytes[31] ^= 1;
    CHECK_FALSE(set.find(other));
    const auto base = set.base_of(id);
    CHECK(base.has_value() == set.locate(id)->location.based);
    if (base) CHECK(set.locate_plain(*base));
  }
}

}  // namespace

TEST_CASE("random objects with random bases come back through packs, and through every fold of them") {
  ScratchDirectory scratch;
  RandomPacks made(test_seed());
  std::vector<PackInSet> packs;
  for (int i = 0; i < 6; ++i) {
    packs.push_back(make_pack(scratch, [&](PackWriter& writer) { made.fill(writer); }));
    packs.back().reader->verify();
    check_world(made.world, packs);
  }
  CHECK(made.based_count > 0);
  while (packs.size() > 1) {
    const std::size_t n = 2 + made.random() % (packs.size() - 1);
    const std::vector<PackInSet> some(packs.end() - static_cast<std::ptrdiff_t>(n), packs.end());
    packs.resize(packs.size() - n);
    packs.push_back(make_pack(
        scratch, [&](PackWriter& writer) { fold_packs(some, writer); }, as_bytes("root")));
    packs.back().reader->verify();
    CHECK(as_text(packs.back().reader->root_blob()) == "root");
    check_world(made.world, packs);
  }
  CHECK(packs[0].reader->object_count() == made.world.size());
}

TEST_CASE("the summary of a finished pack is what opening it says") {
  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  PackWriter writer(fs, scratch.tmp(), PackName::random(fs));
  FrameEncoder encoder;
  append_one(writer, encoder, ObjectType::chunk, as_bytes("some bytes"));
  const PackSummary summary = writer.finish(as_bytes("root"));
  const PackInSet pack = open_pack(fs, scratch.tmp() + "/" + summary.name.hex() + ".pack");
  CHECK(pack.reader->summary().name == summary.name);
  CHECK(pack.reader->summary().footer_hash == summary.footer_hash);
  CHECK(pack.reader->summary().file_size == summary.file_size);
  CHECK(summary.file_size == std::filesystem::file_size(pack.reader->path()));
  CHECK(summary.object_count == 1);
}

TEST_CASE("objects are read back from a pack that is still being written") {
  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  Random random(test_seed());
  FrameEncoder encoder;
  PackWriter writer(fs, scratch.tmp(), PackName::random(fs));
  Bytes noise(700 * 1024);
  for (auto& b : noise) b = static_cast<std::uint8_t>(random());
  World world;
  for (int i = 0; i < 6; ++i) {  // 4 MiB: some frames flushed, the last ones still in the buffer
    noise[0] = static_cast<std::uint8_t>(i);
    world[append_one(writer, encoder, ObjectType::chunk, noise)] = {ObjectType::chunk, noise};
  }
  for (const auto& [id, known] : world) {
    const auto blob = writer.read_back(id, ObjectType::chunk);
    REQUIRE(blob);
    CHECK(std::equal(blob->bytes.begin(), blob->bytes.end(), known.bytes.begin(), known.bytes.end()));
    CHECK_FALSE(writer.locate(id)->base);
    CHECK(writer.locate(id)->size == known.bytes.size());
  }
  CHECK_THROWS_AS(static_cast<void>(writer.read_back(world.begin()->first, ObjectType::list)), Error);
  CHECK_FALSE(writer.read_back(Id{}, ObjectType::chunk));
  CHECK_FALSE(writer.locate(Id{}));
}

TEST_CASE("a based object is read back over a base from this pack or from the caller") {
  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  FrameEncoder encoder;
  const std::string old_text(3000, 'b');
  const std::string text = old_text + "changed";
  const Id base = hash_object(ObjectType::tree, as_bytes(old_text));
  const FrameObject object = object_of(ObjectType::tree, as_bytes(text));
  for (const bool own_base : {true, false}) {
    PackWriter writer(fs, scratch.tmp(), PackName::random(fs));
    if (own_base) append_one(writer, encoder, ObjectType::tree, as_bytes(old_text));
    auto frame = encoder.encode_based(as_bytes(text), FrameClass::meta, {object}, base, as_bytes(old_text));
    REQUIRE(frame.has_value());
    writer.append(std::move(*frame));
    CHECK((writer.locate(object.id)->base == base));
    if (own_base) {
      CHECK(writer.read_back(object.id, ObjectType::tree)->text() == text);
    } else {
      CHECK_THROWS_AS(static_cast<void>(writer.read_back(object.id, ObjectType::tree)), Error);
      const auto from_caller = [&](const Id&, ObjectType) { return Blob::copy_of(as_bytes(old_text)); };
      CHECK(writer.read_back(object.id, ObjectType::tree, from_caller)->text() == text);
    }
  }
}

TEST_CASE("threads append to one pack and read back from it at once") {
  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  hash_object(ObjectType::chunk, {});  // BLAKE3 fills its table of CPU features without synchronisation
  PackWriter writer(fs, scratch.tmp(), PackName::random(fs));
  std::atomic<int> wrong = 0;
  const auto work = [&](std::uint8_t t) {
    FrameEncoder encoder;
    Random random(t);
    for (int i = 0; i < 60; ++i) {
      Bytes bytes(20000 + random() % 40000);
      for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
      const Id id = append_one(writer, encoder, ObjectType::chunk, bytes);
      const auto back = writer.read_back(id, ObjectType::chunk);
      if (!back || !std::equal(back->bytes.begin(), back->bytes.end(), bytes.begin(), bytes.end())) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (std::uint8_t t = 0; t < 4; ++t) threads.emplace_back(work, t);
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(writer.finish({}).object_count == 240);
}

TEST_CASE("a pack that is not moved leaves nothing behind") {
  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  {
    PackWriter writer(fs, scratch.tmp(), PackName::random(fs));
    FrameEncoder encoder;
    append_one(writer, encoder, ObjectType::chunk, as_bytes("gone"));
    CHECK(fs.list(scratch.tmp())->size() == 1);
    writer.finish({});
  }
  CHECK(fs.list(scratch.tmp())->empty());
}

TEST_CASE("a finished pack is never moved over a file that is there (protocol.md rule 2)") {
  ScratchDirectory scratch;
  os::Fs& fs = os::real_fs();
  const PackName name = PackName::random(fs);
  const std::string taken = scratch.packs() + "/" + name.hex() + ".pack";
  fs.create(taken)->pwrite(0, as_bytes("another pack"));
  PackWriter writer(fs, scratch.tmp(), name);
  writer.finish({});
  CHECK_THROWS_AS(writer.move_into(scratch.packs()), Error);
  CHECK(fs.stat(taken)->size == 12);
  CHECK(fs.stat(scratch.tmp() + "/" + name.hex() + ".pack"));
}

TEST_CASE("the checksum of a raw chunk is that of its stored bytes, though nobody hashed them again") {
  Random random(test_seed());
  Bytes noise(100'000);
  for (auto& b : noise) b = static_cast<std::uint8_t>(random());
  FrameEncoder encoder;
  ScratchDirectory scratch;
  const PackInSet pack =
      make_pack(scratch, [&](PackWriter& writer) { append_one(writer, encoder, ObjectType::chunk, noise); });
  REQUIRE(pack.reader->frame(0).codec == Codec::raw);
  CHECK(pack.reader->frame(0).checksum == pack_format::frame_checksum(noise));
  pack.reader->verify();
}

TEST_CASE("an empty pack with a root is sound") {
  ScratchDirectory scratch;
  const PackInSet pack = make_pack(
      scratch, [](PackWriter&) {}, as_bytes("only a root"));
  pack.reader->verify();
  CHECK(pack.reader->object_count() == 0);
  CHECK(as_text(pack.reader->root_blob()) == "only a root");
  CHECK_FALSE(pack.reader->find(Id{}));
  CHECK(pack.reader->lower_bound(Id{}) == 0);
}
