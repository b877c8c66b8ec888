// A pack that is not what its writer wrote: every flipped byte and every truncation is detected, and a
// hostile pack whose checksums are all in order costs an error, never wrong bytes or a crash.
#include <doctest/doctest.h>

#include <fstream>

#include "base/coding.h"
#include "pack/format.h"
#include "support/sign_pack.h"
#include "unit/pack/pack_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// A pack with every feature: small objects together, a raw frame, a based frame, a root.
struct TinyPack {
  TinyPack() {
    const PackInSet pack = make_pack(
        scratch, [&](PackWriter& writer) { fill(writer); }, as_bytes("a root blob"));
    path = pack.reader->path();
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }

  void fill(PackWriter& writer) {
    FrameEncoder encoder;
    std::string text;
    for (int i = 0; i < 40; ++i) text += "row " + std::to_string(i * i) + "\n";
    const Id base = add(writer, encoder, ObjectType::chunk, text);
    add(writer, encoder, ObjectType::tree, "tiny");
    const std::string changed = text + "one more row\n";
    const FrameObject object = object_of(ObjectType::chunk, as_bytes(changed));
    auto frame = encoder.encode_based(as_bytes(changed), FrameClass::data, {object}, base, as_bytes(text));
    REQUIRE(frame.has_value());
    writer.append(std::move(*frame));
    world[object.id] = {ObjectType::chunk, Bytes(changed.begin(), changed.end())};
  }

  Id add(PackWriter& writer, FrameEncoder& encoder, ObjectType type, const std::string& text) {
    const Id id = append_one(writer, encoder, type, as_bytes(text));
    world[id] = {type, Bytes(text.begin(), text.end())};
    return id;
  }

  std::string write(const Bytes& other) const {
    std::string other_path = scratch.path() + "/other.pack";
    std::ofstream out(other_path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(other.data()), static_cast<std::streamsize>(other.size()));
    return other_path;
  }

  ScratchDirectory scratch;
  std::string path;
  Bytes bytes;
  World world;
};

/// True if opening or verifying says `damaged`; any other error fails the test.
bool detected(const std::string& path) {
  try {
    PackReader::open(os::real_fs(), path)->verify();
    return false;
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::damaged);
    return true;
  }
}

/// Reads everything: an object comes back right or not at all.
void check_never_wrong(const std::string& path, const World& world) {
  std::shared_ptr<const PackReader> reader;
  try {
    reader = PackReader::open(os::real_fs(), path);
  } catch (const Error&) {
    return;
  }
  const PackSet set({{reader, nullptr}}, nullptr);
  for (const auto& [id, known] : world) {
    try {
      const Blob blob = set.read(id, known.type);
      CHECK(std::equal(blob.bytes.begin(), blob.bytes.end(), known.bytes.begin(), known.bytes.end()));
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::damaged);
    }
  }
}

}  // namespace

TEST_CASE("every flipped byte of a pack is detected, and no object comes back wrong") {
  const TinyPack tiny;
  REQUIRE_FALSE(detected(tiny.path));
  for (std::size_t i = 0; i < tiny.bytes.size(); ++i) {
    for (const int mask : {0x01, 0x80, 0xff}) {
      Bytes bad = tiny.bytes;
      bad[i] = static_cast<std::uint8_t>(bad[i] ^ mask);
      const std::string path = tiny.write(bad);
      CHECK_MESSAGE(detected(path), "byte " << i << " mask " << mask);
      if (mask == 0x01) check_never_wrong(path, tiny.world);
    }
  }
}

TEST_CASE("every truncation of a pack is detected, and so is a longer file") {
  const TinyPack tiny;
  for (std::size_t size = 0; size < tiny.bytes.size(); ++size)
    CHECK_MESSAGE(
        detected(tiny.write(Bytes(tiny.bytes.begin(), tiny.bytes.begin() + static_cast<long>(size)))),
        "size " << size);
  Bytes longer = tiny.bytes;
  longer.push_back(0);
  CHECK(detected(tiny.write(longer)));
}

TEST_CASE("a hostile pack with fitting checksums gives errors, not wrong bytes") {
  const TinyPack tiny;
  const std::size_t frames_end =
      pack_format::header_size + load_u64(tiny.bytes.data() + tiny.bytes.size() - 160);
  for (std::size_t i = frames_end; i < tiny.bytes.size() - 32; ++i) {
    for (const int mask : {0x01, 0x80, 0xff}) {
      Bytes bad = tiny.bytes;
      bad[i] = static_cast<std::uint8_t>(bad[i] ^ mask);
      sign_pack(bad);
      const std::string path = tiny.write(bad);
      check_never_wrong(path, tiny.world);
      try {
        PackReader::open(os::real_fs(), path)->verify();
      } catch (const Error& error) {
        CHECK((error.code() == ErrorCode::damaged || error.code() == ErrorCode::unsupported));
      }
    }
  }
}

TEST_CASE("a pack of a newer version is unsupported, not damaged") {
  const TinyPack tiny;
  Bytes newer = tiny.bytes;
  newer[8] = newer[newer.size() - pack_format::footer_size + 8] = 2;
  sign_pack(newer);
  try {
    PackReader::open(os::real_fs(), tiny.write(newer));
    FAIL("it was opened");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unsupported);
  }
}

TEST_CASE("a file that shrinks below an open pack is an error on every way in") {
  const ScratchDirectory scratch;
  Random random(test_seed());
  Bytes noise(64 * 1024);  // whole pages disappear
  for (auto& b : noise) b = static_cast<std::uint8_t>(random());
  const Bytes text(64 * 1024, 'x');
  const PackInSet pack = make_pack(scratch, [&](PackWriter& writer) {
    FrameEncoder encoder;
    append_one(writer, encoder, ObjectType::chunk, noise);
    append_one(writer, encoder, ObjectType::chunk, text);
  });
  const Id raw = hash_object(ObjectType::chunk, noise);
  const Id packed = hash_object(ObjectType::chunk, text);
  const PackSet set({pack}, nullptr);
  const auto found_raw = set.locate(raw);
  const auto found_packed = set.locate(packed);
  std::filesystem::resize_file(pack.reader->path(), 4096);
  CHECK_THROWS_AS(static_cast<void>(set.read_at(*found_raw, raw)), Error);
  CHECK_THROWS_AS(static_cast<void>(set.read_at(*found_packed, packed)), Error);
  CHECK_THROWS_AS(static_cast<void>(set.find(raw)), Error);
  CHECK_THROWS_AS(set.packs()[0].reader->verify(), Error);
}

TEST_CASE("what is not there is not an error") {
  const ScratchDirectory scratch;
  CHECK(PackReader::open(os::real_fs(), scratch.path() + "/none.pack") == nullptr);
}
