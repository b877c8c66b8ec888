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

TEST_CASE("large frames share what they need with small ones, within the same bound") {
  FrameCache cache(1 << 20);
  for (std::uint32_t i = 0; i < 200; ++i) cache.put(name_of(1), i, blob_of(4000, 1));
  for (std::uint32_t i = 0; i < 5; ++i) {
    cache.put(name_of(2), i, blob_of(200'000, 2));
    CHECK(cache.bytes() <= 1 << 20);
    CHECK(cache.get(name_of(2), i)->bytes[0] == 2);
  }
  CHECK_FALSE(cache.get(name_of(2), 0));  // three fit beside the others
  CHECK(cache.get(name_of(2), 2));
  for (std::uint32_t i = 0; i < 2000; ++i) {
    cache.put(name_of(1), i, blob_of(4000, 1));
    CHECK(cache.bytes() <= 1 << 20);
  }
  CHECK(cache.get(name_of(1), 1999));
  CHECK(cache.get(name_of(2), 4));
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

TEST_CASE(
    "an object is verified under its id, in the copy of the frame that is here, as long as that is here") {
  FrameCache cache(1 << 16);
  const Blob frame = blob_of(2000, 5);
  const Id id = hash_object(ObjectType::chunk, frame.bytes.subspan(100, 50)), other{};
  cache.note_verified(name_of(1), 0, id, frame.bytes.subspan(100, 50));  // not here: nothing happens
  CHECK_FALSE(cache.get_verified(name_of(1), 0, id));
  cache.put(name_of(1), 0, frame);
  const Blob copy = blob_of(2000, 5);
  cache.note_verified(name_of(1), 0, id, copy.bytes.subspan(100, 50));
  CHECK_FALSE(cache.get_verified(name_of(1), 0, id));
  cache.note_verified(name_of(1), 0, id, frame.bytes.subspan(100, 50));
  const auto hit = cache.get_verified(name_of(1), 0, id);
  REQUIRE(hit);
  CHECK(hit->bytes.data() == frame.bytes.data() + 100);
  CHECK(hit->bytes.size() == 50);
  CHECK_FALSE(cache.get_verified(name_of(1), 0, other));
  CHECK_FALSE(cache.get_verified(name_of(1), 1, id));
  for (std::uint32_t i = 1; i < 500; ++i) cache.put(name_of(1), i, blob_of(1000, 1));
  CHECK_FALSE(cache.get_verified(name_of(1), 0, id));
}

TEST_CASE("notes of what was verified count as bytes") {
  FrameCache cache(16 << 10);  // 1 KiB a shard
  const Blob frame = blob_of(512, 5);
  cache.put(name_of(1), 0, frame);
  const std::size_t before = cache.bytes();
  Id id;
  id.bytes[0] = 1;
  cache.note_verified(name_of(1), 0, id, frame.bytes);
  CHECK(cache.bytes() > before);
  for (int i = 2; i < 200; ++i) {
    id.bytes[0] = static_cast<std::uint8_t>(i);
    cache.note_verified(name_of(1), 0, id, frame.bytes);
    CHECK(cache.bytes() <= 16 << 10);
  }
}

TEST_CASE("a frame asked for twice is recognised") {
  FrameCache cache(1 << 20);
  CHECK_FALSE(cache.asked_again(name_of(1), 7));
  CHECK(cache.asked_again(name_of(1), 7));
  CHECK_FALSE(cache.asked_again(name_of(1), 8));
}
