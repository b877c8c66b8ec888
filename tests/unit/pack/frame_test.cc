#include <doctest/doctest.h>

#include <algorithm>

#include "pack/format.h"
#include "unit/pack/pack_fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

Bytes noise(std::size_t size, Random& random) {
  Bytes bytes(size);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
  return bytes;
}

Bytes rows(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::to_string(i) + "," + std::to_string(random()) + "\n";
  return Bytes(text.begin(), text.end());
}

Bytes decoded(const EncodedFrame& frame, ByteView base = {}) {
  Bytes out(frame.raw_size);
  decode_frame(frame.codec, frame.stored, base, out);
  return out;
}

}  // namespace

TEST_CASE("a frame decodes to what was encoded, at every size around the limits") {
  FrameEncoder encoder;
  Random random(test_seed());
  for (const std::size_t size : {0, 1, 63, 64, 65, 1000, 32767, 32768, 32769, 200000}) {
    const Bytes text(size, 'x');
    CHECK(decoded(encoder.encode(text, FrameClass::data, {})) == text);
    const Bytes random_run = noise(size, random);
    const EncodedFrame raw = encoder.encode(random_run, FrameClass::data, {});
    CHECK(raw.codec == Codec::raw);
    CHECK(decoded(raw) == random_run);
  }
}

TEST_CASE("a half compressible frame is compressed, whichever half comes first") {
  FrameEncoder encoder;
  Random random(test_seed());
  Bytes first = noise(60000, random);
  first.resize(120000, 'x');
  const Bytes second(first.rbegin(), first.rend());
  CHECK(encoder.encode(first, FrameClass::data, {}).codec == Codec::zstd);
  CHECK(encoder.encode(second, FrameClass::data, {}).codec == Codec::zstd);
}

TEST_CASE("noise that repeats itself is compressed: high entropy alone does not make a frame raw") {
  FrameEncoder encoder;
  Random random(test_seed());
  const Bytes once = noise(3000, random);
  Bytes repeated;
  while (repeated.size() < 90000) repeated.insert(repeated.end(), once.begin(), once.end());
  const EncodedFrame frame = encoder.encode(repeated, FrameClass::data, {});
  CHECK(frame.codec == Codec::zstd);
  CHECK(frame.stored.size() < 2 * once.size());
  CHECK(decoded(frame) == repeated);
}

TEST_CASE("a based frame is a small fraction of its object, and refused when it saves nothing") {
  FrameEncoder encoder;
  Random random(test_seed());
  const Bytes base = rows(3000, 1);
  Bytes changed = base;
  changed[1000] ^= 1;
  changed.insert(changed.begin() + 40000, 77);
  const auto frame = encoder.encode_based(changed, FrameClass::data, {}, Id{{1}}, base);
  REQUIRE(frame.has_value());
  CHECK(frame->stored.size() < 100);
  CHECK((frame->base == Id{{1}}));
  CHECK(decoded(*frame, base) == changed);
  CHECK_FALSE(encoder.encode_based(rows(3000, 2), FrameClass::data, {}, Id{{1}}, base));
  CHECK_FALSE(encoder.encode_based(noise(50000, random), FrameClass::data, {}, Id{{1}}, base));
  CHECK_FALSE(encoder.encode_based(changed, FrameClass::data, {}, Id{{1}}, {}));
}

TEST_CASE("a large base is used from its first byte to its last") {
  FrameEncoder encoder;
  Random random(test_seed());
  const Bytes base = noise(3 << 20, random);
  const Bytes same = base;  // elsewhere: zstd cannot use a prefix that overlaps its input
  const auto frame = encoder.encode_based(same, FrameClass::data, {}, Id{{1}}, base);
  REQUIRE(frame.has_value());
  CHECK(frame->stored.size() < 1000);
  CHECK(decoded(*frame, base) == base);
}

TEST_CASE("a malformed frame is damaged") {
  FrameEncoder encoder;
  const Bytes text = rows(1000, 1);
  const EncodedFrame frame = encoder.encode(text, FrameClass::data, {});
  Bytes out(text.size());
  const auto refused = [](const Bytes& stored, std::span<std::uint8_t> into, ByteView base = {}) {
    CHECK_THROWS_AS(decode_frame(Codec::zstd, stored, base, into), Error);
  };
  for (std::size_t n = 0; n < frame.stored.size(); n += 7)
    refused(Bytes(frame.stored.begin(), frame.stored.begin() + static_cast<long>(n)), out);
  refused(frame.stored, std::span(out).first(out.size() - 1));
  Bytes longer(out.size() + 1);
  refused(frame.stored, longer);
  Bytes twice = frame.stored;
  twice.insert(twice.end(), frame.stored.begin(), frame.stored.end());
  refused(twice, out);
  Bytes followed = frame.stored;
  followed.push_back(0);
  refused(followed, out);
  CHECK_THROWS_AS(decode_frame(Codec::raw, text, {}, longer), Error);
}

TEST_CASE("a decompression bomb is damaged: nothing is allocated for its claim, nothing written past what was asked for") {
  FrameEncoder encoder;
  const Bytes zeros(frame_raw_max);
  const EncodedFrame bomb = encoder.encode(zeros, FrameClass::data, {});
  REQUIRE(bomb.codec == Codec::zstd);
  REQUIRE(bomb.stored.size() < zeros.size() / 1000);
  Bytes out(1u << 20, 0xee);
  CHECK_THROWS_AS(decode_frame(Codec::zstd, bomb.stored, {}, std::span(out).first(out.size() / 2)), Error);
  CHECK(std::all_of(out.begin() + static_cast<long>(out.size() / 2), out.end(), [](auto byte) { return byte == 0xee; }));

  pack_format::FrameEntry entry;
  entry.offset = pack_format::header_size;
  entry.stored_size = static_cast<std::uint32_t>(bomb.stored.size());
  entry.codec = Codec::zstd;
  const auto decoded_entry = [&](std::size_t raw_size) {
    entry.raw_size = static_cast<std::uint32_t>(raw_size);
    std::uint8_t bytes[pack_format::frame_entry_size];
    pack_format::encode_frame_entry(entry, bytes);
    return pack_format::decode_frame_entry(bytes, 1u << 30, 0, "pack");
  };
  CHECK(decoded_entry(frame_raw_max).raw_size == frame_raw_max);
  CHECK_THROWS_AS(decoded_entry(frame_raw_max + 1), Error);
  CHECK_THROWS_AS(decoded_entry(0xffffffff), Error);
}
