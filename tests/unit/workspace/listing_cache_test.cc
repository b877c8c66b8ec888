#include "workspace/listing_cache.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "unit/os/scratch.h"
#include "workspace/scan.h"

using namespace vstore;
using vstore::test::Scratch;
namespace fs = std::filesystem;

namespace {

using Strings = std::vector<std::string>;

/// A workspace's top and, beside it, the place of its caches.
struct Place {
  Place() {
    fs::create_directories(top());
    fs::create_directories(metadata());
    cache = open_stat_cache(metadata(), "store", nullptr);
  }
  std::string top() const { return scratch / "top"; }
  std::string metadata() const { return scratch / "metadata"; }

  Scratch scratch;
  std::unique_ptr<StatCache> cache;
};

void put(const std::string& path) { std::ofstream(path) << "x"; }

/// What a scan that uses and feeds the cache finds.
Strings scan(const Place& place) {
  const os::Dir top = os::Dir::open(place.top());
  const TrustClock clock(os::Dir::open(place.metadata()));
  ListingCache listings(*place.cache, top, clock);
  Strings out;
  {
    ScanOptions options;
    options.listings = &listings;
    Scan scan(top, options);
    while (const ScanItem* item = scan.next()) out.emplace_back(item->path);
  }
  listings.write(true);
  return out;
}

Strings expected(const std::string& top) {
  Strings out;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator(); ++it) {
    const std::string path = it->path().string().substr(top.size() + 1);
    if (!it->is_directory()) out.push_back(path);
    if (it->is_directory() && fs::is_empty(it->path())) out.push_back(path + "/");
  }
  std::sort(out.begin(), out.end());
  return out;
}

Strings texts(const os::DirNames& names) {
  Strings out;
  for (const auto& name : names.names()) out.emplace_back(names.text(name));
  return out;
}

void change_something(const std::string& top, std::mt19937_64& random) {
  const std::string directory = top + "/d" + std::to_string(random() % 4);
  const std::string path = directory + "/" + std::to_string(random() % 6);
  const std::string other = directory + "/" + std::to_string(random() % 6);
  fs::create_directories(directory);
  switch (random() % 4) {
    case 0:
      if (!fs::exists(path)) put(path);
      break;
    case 1:
      fs::remove_all(path);
      break;
    case 2:
      if (!fs::exists(path)) fs::create_directory(path);
      break;
    default:
      if (fs::is_regular_file(path) && !fs::is_directory(other)) fs::rename(path, other);
  }
}

}  // namespace

TEST_CASE("whatever changes between two scans is seen, however soon") {
  const char* text = std::getenv("VSTORE_TEST_SEED");
  const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device()();
  MESSAGE("VSTORE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  const Place place;
  for (int round = 0; round < 300; ++round) {
    change_something(place.top(), random);
    REQUIRE(scan(place) == expected(place.top()));
    if (round % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(30));  // old enough to be trusted
  }
}

TEST_CASE("names come from the cache as long as the directory's times stay, and no longer") {
  const Place place;
  fs::create_directory(place.top() + "/d");
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const os::Dir top = os::Dir::open(place.top());
  if (!ListingCache(*place.cache, top, TrustClock(os::Dir::open(place.metadata()))).usable()) {
    MESSAGE("this file system is not known to keep the times of directories");
    return;
  }
  const TrustClock clock(os::Dir::open(place.metadata()));
  ListingCache listings(*place.cache, top, clock);
  const os::EntryStat stat = top.open_beneath("d")->stat_self();
  os::DirNames names;
  names.add("invented", os::FileType::regular);
  names.add("two", os::FileType::directory);
  listings.remember("d", stat, names);
  listings.write(true);

  os::DirNames found;
  REQUIRE(listings.find("d", stat, found));
  CHECK(texts(found) == Strings{"invented", "two"});
  CHECK(found.names()[1].type == os::FileType::directory);
  CHECK_FALSE(listings.find("e", stat, found));
  put(place.top() + "/d/new");
  CHECK_FALSE(listings.find("d", top.open_beneath("d")->stat_self(), found));
  os::EntryStat elsewhere = stat;
  ++elsewhere.device;
  CHECK_FALSE(listings.find("d", elsewhere, found));
}

TEST_CASE("a directory that may yet change within the clock's tick is not kept") {
  const Place place;
  const os::Dir top = os::Dir::open(place.top());
  const TrustClock clock(os::Dir::open(place.metadata()));
  put(place.top() + "/after-the-clock-was-read");
  ListingCache listings(*place.cache, top, clock);
  const os::EntryStat stat = top.stat_self();
  os::DirNames names, found;
  names.add("after-the-clock-was-read", os::FileType::regular);
  listings.remember("", stat, names);
  listings.write(true);
  CHECK(listings.find("", stat, found) == (listings.usable() && clock.trusts(stat)));
}

TEST_CASE("a large directory's listing does not pass for damage") {
  Place place;
  for (const std::size_t size : {100u, 3'000u, 100'000u, 30'000u}) {
    place.cache->write_listings({{"d", Bytes(size)}, {"e" + std::to_string(size), Bytes(size)}});
    place.cache.reset();
    std::vector<std::string> warnings;
    place.cache = open_stat_cache(place.metadata(), "store", [&](std::string_view w) { warnings.emplace_back(w); });
    CHECK(warnings.empty());
    Bytes found;
    CHECK(place.cache->find_listing("d", found));
    CHECK(found.size() == size);
  }
}

TEST_CASE("a listing that is cut short, or makes no sense, is none") {
  const Place place;
  fs::create_directory(place.top() + "/d");
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const os::Dir top = os::Dir::open(place.top());
  const TrustClock clock(os::Dir::open(place.metadata()));
  ListingCache listings(*place.cache, top, clock);
  const os::EntryStat stat = top.open_beneath("d")->stat_self();
  os::DirNames names, found;
  names.add("name", os::FileType::regular);
  listings.remember("d", stat, names);
  listings.write(true);
  Bytes whole;
  if (!place.cache->find_listing("d", whole)) return;  // no cache on this file system
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == 36) continue;  // an empty directory
    place.cache->write_listings({{"d", Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))}});
    CHECK_FALSE(listings.find("d", stat, found));
  }
}
