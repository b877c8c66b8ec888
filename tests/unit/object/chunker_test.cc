#include "object/chunker.h"

#include <blake3.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "base/coding.h"
#include "object/gear_table.h"
#include "support/seed.h"
#include "vstore/id.h"

using namespace vstore;
using vstore::test::test_seed;

namespace {

using Cuts = std::vector<std::uint64_t>;

/// Small enough that a few KiB hold many chunks of every kind: by candidate, by max, by end.
constexpr ChunkerParams tiny{64, 300, 1ull << 57};

Bytes random_bytes(std::mt19937_64& rng, std::size_t size) {
  Bytes bytes(size + 8);
  for (std::size_t i = 0; i < size; i += 8) store_u64(&bytes[i], rng());
  bytes.resize(size);
  return bytes;
}

/// Inputs that real data resembles in turn: noise, two symbols, one symbol, lines of text, runs.
Bytes make_input(std::mt19937_64& rng, int kind, std::size_t size) {
  if (kind == 0) return random_bytes(rng, size);
  Bytes bytes;
  bytes.reserve(size + 32);
  while (bytes.size() < size) {
    if (kind == 1) bytes.push_back(static_cast<std::uint8_t>(rng() & 1));
    if (kind == 2) bytes.push_back(0);
    if (kind == 3) put_bytes(bytes, std::to_string(rng() % 1000) + ",name,2024-01-01\n");
    if (kind == 4) bytes.insert(bytes.end(), rng() % 400, static_cast<std::uint8_t>(rng()));
  }
  bytes.resize(size);
  return bytes;
}

Cuts cuts_by_next(ByteView data, const ChunkerParams& params) {
  Cuts cuts;
  std::uint64_t start = 0;
  do {
    start += next_cut(data.subspan(start), true, params);
    cuts.push_back(start);
  } while (start < data.size());
  return cuts;
}

/// As a reader with a small buffer does: gives more bytes until next_cut can decide.
Cuts cuts_by_growing(ByteView data, const ChunkerParams& params, std::mt19937_64& rng) {
  Cuts cuts;
  std::uint64_t start = 0;
  do {
    std::size_t have = 0, length = 0;
    bool at_end = false;
    while (length == 0 && !at_end) {
      have = std::min<std::size_t>(have + 1 + rng() % 97, data.size() - start);
      at_end = start + have == data.size();
      length = next_cut(data.subspan(start, have), at_end, params);
      if (!at_end && have >= params.max) REQUIRE(length != 0);
    }
    start += length;
    cuts.push_back(start);
  } while (start < data.size());
  return cuts;
}

Cuts cuts_by_segments(ByteView data, const ChunkerParams& params, Cuts borders) {
  std::sort(borders.begin(), borders.end());
  borders.push_back(data.size() + 1);
  Cuts candidates;
  std::uint64_t begin = 0;
  for (std::uint64_t end : borders) {
    find_candidates(data, begin, end, params, candidates);
    begin = end;
  }
  return cuts_from_candidates(candidates, data.size(), params);
}

std::set<Id> chunk_ids(ByteView data) {
  std::set<Id> ids;
  std::uint64_t start = 0;
  for (std::uint64_t cut : cuts_by_next(data, {})) {
    ids.insert(hash_object(ObjectType::chunk, data.subspan(start, cut - start)));
    start = cut;
  }
  return ids;
}

}  // namespace

TEST_CASE("the gear table is what its rule gives") {
  const std::string_view rule = "vstore 2026-11-21 gear table";
  blake3_hasher hasher;
  blake3_hasher_init(&hasher);
  blake3_hasher_update(&hasher, rule.data(), rule.size());
  Bytes output(2048);
  blake3_hasher_finalize(&hasher, output.data(), output.size());
  for (std::size_t i = 0; i < 256; ++i) REQUIRE(gear_table[i] == load_u64(&output[8 * i]));
}

TEST_CASE("golden cuts: docs/format/chunking.md's example") {
  Bytes data;
  for (std::uint64_t i = 0; data.size() < 1'000'000; ++i) {
    const Id id = hash_object(ObjectType::chunk, as_bytes(std::to_string(i)));
    data.insert(data.end(), id.bytes.begin(), id.bytes.end());
  }
  const Cuts golden = {49621,  126973, 168327, 248140, 310411, 352210, 411833, 475442, 536649,
                       621299, 664090, 702734, 788249, 827441, 873385, 909769, 949491, 1000000};
  CHECK(cuts_by_next(data, {}) == golden);
  CHECK(find_cuts_plain(data, {}) == golden);
}

TEST_CASE("edges: empty, shorter than a window, exactly min and max") {
  CHECK(find_cuts_plain({}, tiny) == Cuts{0});
  CHECK(cuts_by_next({}, tiny) == Cuts{0});
  CHECK(next_cut({}, false, tiny) == 0);
  const Bytes zeros(1000);  // the hash of zeros is no candidate: every cut is forced
  for (std::size_t size : {1u, 63u, 64u, 65u, 299u, 300u}) {
    CAPTURE(size);
    const ByteView data(zeros.data(), size);
    CHECK(find_cuts_plain(data, tiny) == Cuts{size});
    CHECK(cuts_by_next(data, tiny) == Cuts{size});
    CHECK(next_cut(data, false, tiny) == (size == 300 ? 300 : 0));
  }
  CHECK(find_cuts_plain(ByteView(zeros.data(), 301), tiny) == Cuts{300, 301});
  CHECK(find_cuts_plain(zeros, tiny) == Cuts{300, 600, 900, 1000});
}

TEST_CASE("greedy min and max over given candidates") {
  const Cuts candidates = {70, 100, 130, 194, 600};
  CHECK(cuts_from_candidates(candidates, 1000, tiny) == Cuts{70, 194, 494, 600, 900, 1000});
  CHECK(cuts_from_candidates(candidates, 600, tiny) == Cuts{70, 194, 494, 600});
  CHECK(cuts_from_candidates({}, 0, tiny) == Cuts{0});
}

TEST_CASE("every scanner agrees with the plain twin") {
  std::mt19937_64 rng(test_seed());
  for (int round = 0; round < 300; ++round) {
    const int kind = round % 5;
    ChunkerParams params = tiny;
    params.min = static_cast<std::uint32_t>(64 + rng() % 100);
    params.max = static_cast<std::uint32_t>(params.min + rng() % 500);
    params.threshold = 1ull << (55 + rng() % 6);
    const Bytes data = make_input(rng, kind, rng() % 6000);
    CAPTURE(round);
    CAPTURE(data.size());
    const Cuts plain = find_cuts_plain(data, params);
    REQUIRE(cuts_by_next(data, params) == plain);
    REQUIRE(cuts_by_growing(data, params, rng) == plain);
    REQUIRE(cuts_by_segments(data, params, {}) == plain);
    REQUIRE(cuts_by_segments(data, params, {rng() % 6000, rng() % 6000, rng() % 6000}) == plain);
  }
}

TEST_CASE("every split in two agrees") {
  std::mt19937_64 rng(test_seed());
  const Bytes data = make_input(rng, 0, 1500);
  const Cuts plain = find_cuts_plain(data, tiny);
  REQUIRE(plain.size() > 5);
  for (std::uint64_t border = 0; border <= data.size() + 1; ++border) {
    CAPTURE(border);
    REQUIRE(cuts_by_segments(data, tiny, {border}) == plain);
  }
}

TEST_CASE("with the default constants chunks average 64 KiB and stay within their bounds") {
  std::mt19937_64 rng(7);
  const Bytes data = random_bytes(rng, 32 << 20);
  const Cuts cuts = cuts_by_next(data, {});
  std::uint64_t start = 0;
  for (std::uint64_t cut : cuts) {
    CHECK(cut - start <= 256 * 1024);
    if (cut != data.size()) CHECK(cut - start >= 32 * 1024);
    start = cut;
  }
  const double mean = static_cast<double>(data.size()) / static_cast<double>(cuts.size());
  CHECK(mean > 60'000);
  CHECK(mean < 72'000);
}

TEST_CASE("threads that share a file find the same cuts") {
  std::mt19937_64 rng(test_seed());
  const Bytes data = random_bytes(rng, 8 << 20);
  std::vector<Cuts> found(4);
  {
    std::vector<std::jthread> threads;
    const std::uint64_t share = data.size() / found.size() + 1;
    for (std::size_t i = 0; i < found.size(); ++i) {
      threads.emplace_back([&, i] { find_candidates(data, i * share, (i + 1) * share, {}, found[i]); });
    }
  }
  Cuts candidates;
  for (const Cuts& part : found) candidates.insert(candidates.end(), part.begin(), part.end());
  CHECK(cuts_from_candidates(candidates, data.size(), {}) == cuts_by_next(data, {}));
}

TEST_CASE("a byte inserted in the middle of 100 MB changes a handful of chunks") {
  std::mt19937_64 rng(test_seed());
  Bytes data = random_bytes(rng, 100'000'000);
  const std::set<Id> before = chunk_ids(data);
  data.insert(data.begin() + 50'000'000, std::uint8_t{'!'});
  std::size_t fresh = 0;
  for (const Id& id : chunk_ids(data)) fresh += !before.contains(id);
  MESSAGE(fresh << " of " << before.size() << " chunks are new");
  CHECK(fresh >= 1);
  CHECK(fresh <= 16);
}
