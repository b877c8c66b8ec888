#include "store/format.h"

#include <doctest/doctest.h>

#include "unit/store/fixture.h"

using namespace vstore;
using vstore::test::code_of;

namespace {

const std::string golden =
    "vstore store format 1\n"
    "id 00112233445566778899aabbccddeeff\n"
    "chunker gear64 min 32768 max 262144 threshold 562949953421312\n"
    "check ";

StoreFormat sample() { return {"00112233445566778899aabbccddeeff", {}}; }

}  // namespace

TEST_CASE("the format file is this text") {
  const std::string text = encode(sample());
  CHECK(text.substr(0, golden.size()) == golden);
  CHECK(text.size() == golden.size() + 17);
  CHECK(decode_store_format(text, "format") == sample());
}

TEST_CASE("any changed, missing or added byte is damage") {
  const std::string text = encode(sample());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    CHECK(code_of([&] { decode_store_format(changed, "format"); }).has_value());
    CHECK(code_of([&] { decode_store_format(text.substr(0, i), "format"); }) == ErrorCode::damaged);
  }
  CHECK(code_of([&] { decode_store_format(text + "x", "format"); }) == ErrorCode::damaged);
}

TEST_CASE("other chunking constants are not this store's: files would get other ids") {
  for (int which = 0; which < 3; ++which) {
    StoreFormat other = sample();
    if (which == 0) other.chunking.min /= 2;
    if (which == 1) other.chunking.max *= 2;
    if (which == 2) other.chunking.threshold *= 2;
    CHECK(code_of([&] { decode_store_format(encode(other), "format"); }) == ErrorCode::unsupported);
  }
}

TEST_CASE("a format from the future is not touched") {
  CHECK(code_of([&] { decode_store_format("vstore store format 2\nanything", "format"); }) ==
        ErrorCode::unsupported);
}
