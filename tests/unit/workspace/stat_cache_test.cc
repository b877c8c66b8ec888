#include "workspace/stat_cache.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "os/mapped.h"
#include "os/posix.h"
#include "unit/os/scratch.h"
#include "workspace/stat_record.h"

using namespace vstore;
using vstore::test::Scratch;

namespace {

StatRecord record_of(std::uint64_t n) {
  StatRecord record;
  record.stat.type = os::FileType::regular;
  record.stat.mode = 0644;
  record.stat.size = n;
  record.stat.mtime_ns = static_cast<std::int64_t>(n * 3);
  record.stat.ctime_ns = static_cast<std::int64_t>(n * 5);
  record.stat.inode = n * 7;
  record.kind = Kind::executable;
  record.id.bytes[0] = static_cast<std::uint8_t>(n);
  record.trusted = true;
  return record;
}

bool same(const StatRecord& a, const StatRecord& b) {
  return a.stat == b.stat && a.kind == b.kind && a.id == b.id && a.trusted == b.trusted;
}

struct Opened {
  Scratch scratch;
  std::vector<std::string> warnings;
  std::unique_ptr<StatCache> open(const std::string& store_id = "store") {
    return open_stat_cache(scratch.root(), store_id,
                           [this](std::string_view w) { warnings.emplace_back(w); });
  }
};

}  // namespace

TEST_CASE("records come back, by find and by cursor, after reopening") {
  const char* text = std::getenv("VSTORE_TEST_SEED");
  const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device()();
  MESSAGE("VSTORE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  const auto path = [&] {
    std::string out = "d" + std::to_string(random() % 40) + "/";
    if (random() % 20 == 0) out += std::string(430 + random() % 300, 'l');  // around the longest key
    return out + std::to_string(random() % 40);
  };
  Opened opened;
  std::map<std::string, StatRecord> model;
  for (int round = 0; round < 6; ++round) {
    const auto cache = opened.open();
    {
      StatCache::Batch batch(*cache);
      for (int i = 0; i < 500; ++i) {
        const std::string p = path();
        if (random() % 4 == 0) {
          batch.erase(p);
          model.erase(p);
        } else {
          batch.put(p, model[p] = record_of(random()));
        }
      }
    }
    StatCache::Cursor cursor(*cache);
    std::map<std::string, int> asked;
    for (const auto& [p, record] : model) asked[p];
    for (int i = 0; i < 200; ++i) asked[path()];
    for (const auto& [p, unused] : asked) {
      const StatRecord* found = cursor.seek(p);
      const auto by_find = cache->find(p);
      const auto it = model.find(p);
      REQUIRE((found != nullptr) == (it != model.end()));
      REQUIRE(by_find.has_value() == (it != model.end()));
      if (found) REQUIRE((same(*found, it->second) && same(*by_find, it->second)));
    }
  }
  CHECK(opened.warnings.empty());
}

TEST_CASE("a record of another store, or a changed byte, is not believed") {
  Opened opened;
  {
    const auto cache = opened.open("one");
    StatCache::Batch(*cache).put("f", record_of(1));
  }
  CHECK_FALSE(opened.open("two")->find("f"));
  CHECK(opened.open("one")->find("f"));

  StatRecordBytes bytes;
  StatRecord out;
  encode_stat_record("path", record_of(9), 5, bytes);
  REQUIRE(decode_stat_record("path", bytes, 5, out));
  CHECK(same(out, record_of(9)));
  CHECK_FALSE(decode_stat_record("path2", bytes, 5, out));
  CHECK_FALSE(decode_stat_record("path", ByteView(bytes).first(79), 5, out));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK_FALSE(decode_stat_record("path", bytes, 5, out));
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}

TEST_CASE("a damaged or truncated cache is built anew, with a warning") {
  for (const bool truncate : {false, true}) {
    Opened opened;
    {
      const auto cache = opened.open();
      StatCache::Batch batch(*cache);
      for (int i = 0; i < 1000; ++i) batch.put("f" + std::to_string(i), record_of(1));
    }
    const std::string file = opened.scratch / "statcache/data.mdb";
    if (truncate) {
      std::filesystem::resize_file(file, 3 * 4096);
    } else {
      std::ofstream(file, std::ios::binary | std::ios::trunc) << std::string(10'000, 'x');
    }
    const auto cache = opened.open();
    CHECK(opened.warnings.size() == 1);
    CHECK_FALSE(cache->find("f1"));
    StatCache::Batch(*cache).put("g", record_of(2));
    CHECK(cache->find("g"));
  }
}

TEST_CASE("a flipped bit anywhere in the cache costs records at most") {
  const char* text = std::getenv("VSTORE_TEST_SEED");
  const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device()();
  MESSAGE("VSTORE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  const auto name = [](std::uint64_t n) { return "directory/file" + std::to_string(n); };
  Opened opened;
  for (int round = 0; round < 3; ++round) {  // the later ones leave free pages behind
    const auto cache = opened.open();
    StatCache::Batch batch(*cache);
    for (std::uint64_t i = 0; i < 400; i += 1 + round) batch.put(name(i), record_of(i));
    for (std::uint64_t i = 0; i < 90 && round > 0; ++i) batch.erase(name(i));
  }
  const std::string file = opened.scratch / "statcache/data.mdb";
  const auto sound = os::map_file(file);
  const std::string bytes(reinterpret_cast<const char*>(sound->bytes().data()), sound->bytes().size());
  for (int round = 0; round < 200; ++round) {
    std::string flipped = bytes;
    // Mostly the beginnings of pages: there are the numbers that LMDB follows.
    const std::size_t page = random() % (bytes.size() / 4096) * 4096;
    flipped[page + random() % (random() % 4 == 0 ? 4096 : 170)] ^= static_cast<char>(1 << random() % 8);
    if (round < 2) flipped[round * 4096 + 41] ^= 0x10;  // the page size in a meta page becomes 0
    std::ofstream(file, std::ios::binary | std::ios::trunc) << flipped;
    const auto cache = opened.open();
    for (std::uint64_t i = 0; i < 400; i += 7) {
      const auto found = cache->find(name(i));
      CHECK((!found || same(*found, record_of(i))));
    }
    StatCache::Batch batch(*cache);
    for (std::uint64_t i = 0; i < 400; i += 50) batch.put(name(i) + "x", record_of(i));
    for (std::uint64_t i = 100; i < 400; i += 3) batch.erase(name(i));
  }
}

TEST_CASE("a sound cache is never taken for damaged") {
  Opened opened;
  std::mt19937_64 random(7);
  for (int round = 0; round < 40; ++round) {
    const auto cache = opened.open();
    CHECK(opened.warnings.empty());
    StatCache::Batch batch(*cache);
    for (int i = 0; i < 4000; ++i) {
      const std::string path = std::string(random() % 60, 'd') + std::to_string(random() % 20'000);
      if (random() % (round % 8 + 1) == 0) {
        batch.put(path, record_of(1));
      } else {
        batch.erase(path);
      }
    }
  }
}

TEST_CASE("where there can be no cache, it forgets") {
  Opened opened;
  std::ofstream(opened.scratch / "statcache") << "a file in the way";
  const auto cache = opened.open();
  CHECK(opened.warnings.size() == 1);
  StatCache::Batch(*cache).put("f", record_of(1));
  CHECK_FALSE(cache->find("f"));
  StatCache::Cursor cursor(*cache);
  CHECK(cursor.seek("f") == nullptr);
}

TEST_CASE("opened twice in one process it is one; in a forked child it forgets") {
  Opened opened;
  const auto one = opened.open();
  const auto two = opened.open();
  StatCache::Batch(*one).put("f", record_of(1));
  CHECK(two->find("f"));
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(one->find("f").has_value() ? 1 : 0);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(one->find("f"));
}

TEST_CASE("a cursor sees the moment it was made; a batch may be written beside it") {
  Opened opened;
  const auto cache = opened.open();
  StatCache::Batch(*cache).put("a", record_of(1));
  StatCache::Cursor cursor(*cache);
  {
    StatCache::Batch batch(*cache);
    batch.put("a", record_of(2));
    batch.put("b", record_of(3));
  }
  CHECK(same(*cursor.seek("a"), record_of(1)));
  CHECK(cursor.seek("b") == nullptr);
  CHECK(same(*cache->find("a"), record_of(2)));
}

TEST_CASE("vouching: every field must agree, and the record must be trusted") {
  const StatRecord record = record_of(3);
  CHECK(vouches(record, record.stat));
  StatRecord untrusted = record;
  untrusted.trusted = false;
  CHECK_FALSE(vouches(untrusted, record.stat));
  const auto differs = [&](auto change) {
    os::EntryStat now = record.stat;
    change(now);
    return !vouches(record, now);
  };
  CHECK(differs([](auto& s) { ++s.size; }));
  CHECK(differs([](auto& s) { ++s.mtime_ns; }));
  CHECK(differs([](auto& s) { ++s.ctime_ns; }));
  CHECK(differs([](auto& s) { ++s.inode; }));
  CHECK(differs([](auto& s) { s.mode = 0755; }));
  CHECK(differs([](auto& s) { s.type = os::FileType::symlink; }));
  CHECK_FALSE(differs([](auto& s) { ++s.device; }));
}

TEST_CASE("the racy case: same size, changed again at once, is never vouched for") {
  Scratch scratch;
  const os::Dir dir = os::Dir::open(scratch.root());
  const os::UniqueFd fd = dir.create_file("f");
  for (int i = 0; i < 300; ++i) {
    const TrustClock clock(dir);
    REQUIRE(os::write_at(fd.get(), 0, as_bytes("a")));
    StatRecord record;
    record.stat = *dir.stat("f");
    record.trusted = clock.trusts(record.stat);
    REQUIRE(os::write_at(fd.get(), 0, as_bytes("b")));
    REQUIRE_FALSE(vouches(record, *dir.stat("f")));
  }
}

TEST_CASE("an old file is trusted on any clock, a foreign file system's only when well in the past") {
  Scratch scratch;
  const os::Dir dir = os::Dir::open(scratch.root());
  const TrustClock clock(dir);
  os::EntryStat old;
  old.device = dir.stat_self().device;
  CHECK(clock.trusts(old));
  old.device += 1;
  CHECK(clock.trusts(old));
  old.ctime_ns = dir.stat_self().ctime_ns;
  CHECK_FALSE(clock.trusts(old));
}

namespace {

bool forgets_without_a_lock_file() {
  Opened opened;
  const auto cache = opened.open();
  StatCache::Batch(*cache).put("f", record_of(1));
  if (!cache->find("f")) return false;
  std::filesystem::resize_file(opened.scratch.root() + "/statcache/lock.mdb", 0);
  if (cache->find("f")) return false;
  StatCache::Batch(*cache).put("g", record_of(2));
  return !cache->find("g") && !opened.open()->find("f");
}

}  // namespace

TEST_CASE("a lock file that cannot be written through its map, as on a full btrfs, ends nothing: the cache forgets") {
  const pid_t pid = ::fork();  // a process of its own: it never opens that cache again
  if (pid == 0) ::_exit(forgets_without_a_lock_file() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
