#include "store/root.h"

#include <doctest/doctest.h>

#include "base/hex.h"
#include "unit/store/fixture.h"

using namespace vstore;
using vstore::test::code_of;

namespace {

template <class Array>
Array filled(std::uint8_t value) {
  Array array;
  array.fill(value);
  return array;
}
Id id_of(std::uint8_t value) { return {filled<std::array<std::uint8_t, 32>>(value)}; }
PackName name_of(std::uint8_t value) { return {filled<Nonce>(value)}; }

Root sample() {
  Root root;
  root.generation = 7;
  root.store_id = filled<Nonce>(0x11);
  root.predecessor = id_of(0x22);
  root.epoch = filled<Nonce>(0x33);
  root.collected = 5;
  root.operation = id_of(0x44);
  root.horizon = id_of(0x45);
  root.nonce = filled<Nonce>(0x55);
  root.carrier = name_of(0x66);
  root.packs = {{{name_of(1), 300, 2, id_of(3)}, std::nullopt}, {{name_of(4), 70000, 5, id_of(6)}, id_of(7)}};
  root.condemned = {{name_of(8), 6}};
  return root;
}

Slot sample_slot() {
  Slot slot;
  slot.generation = 7;
  slot.store_id = filled<Nonce>(0x11);
  slot.nonce = filled<Nonce>(0x55);
  slot.root_hash = hash_root(encode(sample()));
  slot.root_size = static_cast<std::uint32_t>(encode(sample()).size());
  slot.carrier = {name_of(0x66), 400, 9, id_of(0x77)};
  return slot;
}

std::string times(const char* byte, int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += byte;
  return text;
}

}  // namespace

TEST_CASE("a root has these bytes") {
  const std::string golden =
      "76735254"
      "01000000"
      "0700000000000000" +
      times("11", 16) + times("22", 32) + times("33", 16) + "0500000000000000" + times("44", 32) +
      times("45", 32) + times("55", 16) +
      times("66", 16) + times("00", 16) + "02" + times("01", 16) +
      "ac02"
      "02" +
      times("03", 32) + "00" + times("04", 16) +
      "f0a204"
      "05" +
      times("06", 32) + "01" + times("07", 32) + "01" + times("08", 16) + "06";
  CHECK(to_hex(encode(sample())) == golden);
}

TEST_CASE("a root comes back from its bytes") {
  Root root = sample();
  for (const bool second : {false, true}) {
    if (second) root.second_carrier = name_of(0x67);
    const Bytes bytes = encode(root);
    const Root back = decode_root(bytes);
    CHECK(encode(back) == bytes);
    CHECK(back.packs[1].dead == id_of(7));
    CHECK(back.second_carrier.has_value() == second);
  }
}

TEST_CASE("a root cut short, continued or from the future is refused") {
  const Bytes bytes = encode(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(code_of([&] { decode_root(ByteView(bytes).first(size)); }) == ErrorCode::damaged);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK(code_of([&] { decode_root(longer); }) == ErrorCode::damaged);
  Bytes newer = bytes;
  newer[4] = 2;
  CHECK(code_of([&] { decode_root(newer); }) == ErrorCode::unsupported);
}

TEST_CASE("a root that names a pack twice, or has no place in a history, is refused") {
  Root twice = sample();
  twice.condemned[0].name = name_of(1);
  CHECK(code_of([&] { decode_root(encode(twice)); }) == ErrorCode::damaged);
  Root orphan = sample();
  orphan.predecessor = {};
  CHECK(code_of([&] { decode_root(encode(orphan)); }) == ErrorCode::damaged);
  Root future = sample();
  future.collected = 8;
  CHECK(code_of([&] { decode_root(encode(future)); }) == ErrorCode::damaged);
}

TEST_CASE("a huge pack count does not allocate") {
  Bytes bytes = encode(sample());
  const std::size_t count_at = 4 + 4 + 8 + 16 + 32 + 16 + 8 + 32 + 32 + 16 + 16 + 16;
  bytes.resize(count_at);
  for (int i = 0; i < 8; ++i) bytes.push_back(0xff);
  bytes.push_back(0x7f);
  CHECK(code_of([&] { decode_root(bytes); }) == ErrorCode::damaged);
}

TEST_CASE("a slot has these bytes") {
  const SlotBytes bytes = encode(sample_slot());
  const std::string golden =
      "7673534c"
      "01000000"
      "0700000000000000" +
      times("11", 16) + times("55", 16) + sample_slot().root_hash.hex() + "64010000" + times("66", 16) +
      "9001000000000000"
      "0900000000000000" +
      times("77", 32) + times("00", 16);
  const std::string hex = to_hex(bytes);
  CHECK(hex.substr(0, golden.size()) == golden);
  CHECK(hex.substr(golden.size(), 2 * (480 - golden.size() / 2)) ==
        times("00", 480 - static_cast<int>(golden.size() / 2)));
  CHECK(hex.substr(960) == hash_root(ByteView(bytes).first(480)).hex());
}

TEST_CASE("a slot comes back, and with any byte changed does not") {
  const SlotBytes bytes = encode(sample_slot());
  const auto back = decode_slot(bytes);
  REQUIRE(back);
  CHECK(encode(*back) == bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    SlotBytes changed = bytes;
    changed[i] ^= 0x10;
    CHECK_FALSE(decode_slot(changed));
  }
  CHECK_FALSE(decode_slot(ByteView(bytes).first(511)));
  CHECK_FALSE(decode_slot(SlotBytes{}));
}
