#include "pack/frame_cache.h"

#include <doctest/doctest.h>

#include <thread>

using namespace vstore;

namespace {

PackName name_of(std::uint8_t n) {
  PackName name;
  name.bytes.fill(n);
  return name;
}

Blob blob_of(std::size_t size, std::uint8_t fill) { return Blob::copy_of(Bytes(size, fill)); }

}  // namespace

TEST_CASE("the cache keeps what it is given, under its pack and frame") {
  FrameCache cache(1 << 20);
  cache.put(name_of(1), 7, blob_of(100, 1));
  cache.put(name_of(2), 7, blob_of(100, 2));
  CHECK(cache.get(name_of(1), 7)->bytes[0] == 1);
  CHECK(cache.get(name_of(2), 7)->bytes[0] == 2);
  CHECK_FALSE(cache.get(name_of(1), 8));
}

TEST_CASE("the cache stays below its bound, drops the oldest, and refuses what is too large") {
  FrameCache cache(1 << 20);
  for (std::uint32_t i = 0; i < 2000; ++i) {
    cache.put(name_of(1), i, blob_of(4000, 1));
    CHECK(cache.bytes() <= 1 << 20);
  }
  CHECK(cache.get(name_of(1), 1999));
  CHECK_FALSE(cache.get(name_of(1), 0));
  cache.put(name_of(3), 0, blob_of(1 << 20, 3));
  CHECK_FALSE(cache.get(name_of(3), 0));
}

TEST_CASE("a blob outlives its eviction") {
  FrameCache cache(1 << 16);
  cache.put(name_of(1), 0, blob_of(1000, 9));
  const auto held = cache.get(name_of(1), 0);
  for (std::uint32_t i = 1; i < 500; ++i) cache.put(name_of(1), i, blob_of(1000, 1));
  CHECK_FALSE(cache.get(name_of(1), 0));
  CHECK(held->bytes[999] == 9);
}

TEST_CASE("threads share the cache") {
  FrameCache cache(1 << 18);
  std::vector<std::thread> threads;
  for (std::uint8_t t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (std::uint32_t i = 0; i < 5000; ++i) {
        const auto hit = cache.get(name_of(t % 2), i % 97);
        if (hit && hit->bytes[0] != i % 97) std::abort();
        if (!hit) cache.put(name_of(t % 2), i % 97, blob_of(3000, static_cast<std::uint8_t>(i % 97)));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(cache.bytes() <= 1 << 18);
}
