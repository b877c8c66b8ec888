#include "store/claim_set.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "vstore/bytes.h"

using namespace vstore;

namespace {
Id id_of(std::size_t i) { return hash_object(ObjectType::chunk, as_bytes(std::to_string(i))); }
}  // namespace

TEST_CASE("an id is claimed once") {
  ClaimSet set;
  CHECK_FALSE(set.contains(id_of(0)));
  for (std::size_t i = 0; i < 20'000; ++i) CHECK(set.insert(id_of(i)));
  for (std::size_t i = 0; i < 20'000; ++i) {
    CHECK_FALSE(set.insert(id_of(i)));
    CHECK(set.contains(id_of(i)));
  }
  CHECK_FALSE(set.contains(id_of(20'000)));
}

TEST_CASE("of many threads one gets each id") {
  ClaimSet set;
  std::atomic<std::size_t> claimed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 5000; ++i) claimed += set.insert(id_of(i)) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(claimed == 5000);
}

TEST_CASE("a million objects stay below 64 MB") {
  ClaimSet set;
  std::size_t bytes_max = 0;
  for (std::size_t i = 0; i < 1'000'000; ++i) set.insert(id_of(i));
  bytes_max = set.memory_bytes();
  CHECK(bytes_max < 64'000'000);
}
