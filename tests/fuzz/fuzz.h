// tests/fuzz/fuzz.h - what the fuzz targets share. A target is one file that defines LLVMFuzzerTestOneInput: it feeds
// the bytes to one parser, which must return or throw vstore::Error. Anything else is a finding: another exception,
// a signal, a sanitizer's report, or REQUIRE_THAT. See docs/testing.md, "Fuzzing".
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "vstore/bytes.h"
#include "vstore/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace vstore::test {

/// A property that must hold for every input. Stays on in every build.
#define REQUIRE_THAT(condition)                                                             \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);   \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)

/// True if the action returns, false if it throws vstore::Error.
template <class Action>
bool accepts(Action&& action) {
  try {
    action();
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// Text whose decoding takes one form only: what decodes must encode to the same bytes.
template <class Decode>
void check_canonical_text(ByteView input, Decode&& decode) {
  const std::string_view text = as_text(input);
  accepts([&] {
    const auto value = decode(text);
    REQUIRE_THAT(encode(value) == text);
  });
}

}  // namespace vstore::test
