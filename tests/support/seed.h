// tests/support/seed.h - the seed of a random test. It is printed, and VSTORE_TEST_SEED repeats it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace vstore::test {

inline std::uint64_t test_seed() {
  const char* given = std::getenv("VSTORE_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
  std::printf("VSTORE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

}  // namespace vstore::test
