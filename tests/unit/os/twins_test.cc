#include <doctest/doctest.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <random>
#include <set>

#include "os/crash_model.h"
#include "os/fault_fs.h"
#include "os/mem_fs.h"
#include "os/recording_fs.h"
#include "support/seed.h"
#include "unit/os/scratch.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::os;
using vstore::test::Scratch;
using vstore::test::test_seed;

namespace {

int errno_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.sys_errno();
  }
  return 0;
}

/// A random sequence of calls, answering what each returned or threw. Run on two file systems with one
/// seed, it must answer alike.
std::vector<std::string> random_calls(Fs& fs, const std::string& root, std::uint64_t seed, int steps) {
  std::mt19937_64 random(seed);
  std::vector<std::string> answers;
  const auto path = [&] {
    static const char* const names[] = {"a", "b", "d/a", "d/b", "e/x", "d", "e"};
    return root + "/" + names[random() % 7];
  };
  const auto run = [&](const std::function<std::string()>& call) {
    try {
      answers.push_back(call());
    } catch (const Error& error) {
      answers.push_back("error " + std::to_string(error.sys_errno()));
    }
  };
  for (int i = 0; i < steps; ++i) {
    const std::string p = path(), q = path();
    const std::uint64_t size = random() % 5000, offset = random() % 5000;
    const bool small = p.ends_with("/d") || p.ends_with("/e") || q.ends_with("/d") || q.ends_with("/e");
    switch (random() % 9) {
      case 0:
        if (!small) run([&] { return std::to_string(fs.create(p)->size()); });
        break;
      case 1:
        run([&] { return std::to_string(fs.make_directory(root + (size % 2 ? "/d" : "/e"))); });
        break;
      case 2:
        if (!small) run([&] { return fs.rename(p, q), "renamed"; });
        break;
      case 3:
        if (!small) run([&] { return fs.rename_noreplace(p, q), "renamed"; });
        break;
      case 4:
        if (!small) run([&] { return std::to_string(fs.unlink(p)); });
        break;
      case 5:
        run([&] {
          const auto names = fs.list(root + "/d");
          return names ? std::to_string(names->size()) : "none";
        });
        break;
      default:
        run([&]() -> std::string {
          if (small) return "";
          const auto file = fs.open_write(p);
          if (!file) return "none";
          if (size % 4 == 0) {
            file->truncate(size);
          } else {
            file->pwrite(offset, Bytes(size, static_cast<std::uint8_t>(size)));
          }
          if (size % 5 == 0) file->datasync();
          if (size % 7 == 0) fs.sync_directory(root);
          return std::to_string(file->size());
        });
    }
  }
  return answers;
}

}  // namespace

TEST_CASE("the file system in memory behaves like the real one") {
  const std::uint64_t seed = test_seed();
  Scratch scratch;
  real_fs().make_directory(scratch / "r");
  MemFs memory;
  memory.make_directory("/r");
  const auto real_answers = random_calls(real_fs(), scratch / "r", seed, 2000);
  const auto answers = random_calls(memory, "/r", seed, 2000);
  REQUIRE(answers.size() == real_answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i);
    REQUIRE(answers[i] == real_answers[i]);
  }
  CHECK(Image::read(real_fs(), scratch / "r") == Image::read(memory, "/r"));
}

TEST_CASE("an image is written as it was read") {
  MemFs memory(Image{{{"d/f", Bytes(10, 1)}, {"g", {}}}, {"d", "d/e"}}, "/some/root");
  const Image image = Image::read(memory, "/some/root");
  CHECK(image.files.size() == 2);
  CHECK(image.directories == std::set<std::string>{"d", "d/e"});
  Scratch scratch;
  image.write(real_fs(), scratch.root());
  CHECK(Image::read(real_fs(), scratch.root()) == image);
}

TEST_CASE("locks in memory exclude like real ones") {
  MemFs fs;
  auto lock = fs.lock("/l", LockMode::exclusive, 0);
  CHECK(fs.lock("/l", LockMode::shared, 1) == nullptr);
  lock.reset();
  const auto one = fs.lock("/l", LockMode::shared, 0);
  CHECK(fs.lock("/l", LockMode::shared, -1) != nullptr);
  CHECK(fs.lock("/l", LockMode::exclusive, 0) == nullptr);
  const auto file = fs.create("/f");
  CHECK(fs.try_lock_file(*file));
  CHECK_FALSE(fs.try_lock_file(*fs.open_write("/f")));
}

TEST_CASE("a killed process leaves everything it did: the model's state equals the disk at every prefix") {
  const std::uint64_t seed = test_seed();
  MemFs memory;
  memory.make_directory("/r");
  random_calls(memory, "/r", seed + 1, 40);
  RecordingFs recorder(memory, "/r");
  std::vector<std::pair<std::size_t, Image>> snapshots;
  for (int i = 0; i < 100; ++i) {
    random_calls(recorder, "/r", seed + 2 + static_cast<std::uint64_t>(i), 5);
    snapshots.emplace_back(recorder.position(), Image::read(memory, "/r"));
  }
  const Trace trace = recorder.trace();
  CrashModel large(trace, 4096), small(trace, 512);
  for (const auto& [position, image] : snapshots) {
    while (large.position() < position) REQUIRE((large.step() && small.step()));
    REQUIRE(large.state_after_kill() == image);
    REQUIRE(small.state_after_kill() == image);
  }
}

namespace {

/// All values that the file or name takes over the crash states at the end of the workload.
std::set<std::string> outcomes(const std::function<void(Fs&)>& workload,
                               const std::function<std::string(const Image&)>& look) {
  MemFs memory(Image{{{"old", Bytes{'o', 'l', 'd'}}}, {"d", "t"}}, "/r");
  RecordingFs recorder(memory, "/r");
  workload(recorder);
  const Trace trace = recorder.trace();
  std::set<std::string> seen;
  for_each_crash_state(trace, 1, [&](std::size_t position, const Image& state) {
    if (position == trace.ops.size()) seen.insert(look(state));
  });
  return seen;
}

std::string text_at(const Image& image, const std::string& path) {
  const auto it = image.files.find(path);
  return it == image.files.end() ? "none" : std::string(as_text(it->second));
}

using Set = std::set<std::string>;

}  // namespace

TEST_CASE("crash states: data without sync may be old, zeros, garbage, cut off; synced data stays") {
  const auto write = [](Fs& fs) { fs.open_write("/r/old")->pwrite(0, as_bytes("new!")); };
  const auto look = [](const Image& image) { return text_at(image, "old"); };
  const Set seen = outcomes(write, look);
  for (const char* state : {"old", "new", "new!"}) CHECK(seen.contains(state));
  CHECK(seen.contains(std::string("old\0", 4)));
  CHECK(seen.contains(std::string("\0\0\0", 3)));
  CHECK(seen.contains(std::string("\0\0\0\0", 4)));
  CHECK(seen.size() == 8);  // and garbage of either size

  CHECK(outcomes([&](Fs& fs) { write(fs), fs.open_write("/r/old")->datasync(); }, look) == Set{"new!"});
}

TEST_CASE("crash states: pieces of a write survive independently") {
  const auto write = [](Fs& fs) {
    const auto file = fs.create("/r/f");
    fs.sync_directory("/r");
    file->truncate(1024);
    file->datasync();
    file->pwrite(0, Bytes(1024, 'x'));
  };
  const Set seen = outcomes(write, [](const Image& image) { return text_at(image, "f"); });
  CHECK(seen.contains(std::string(512, 'x') + std::string(512, '\0')));
  CHECK(seen.contains(std::string(512, '\0') + std::string(512, 'x')));
}

TEST_CASE("crash states: names need the sync of their own directory") {
  const auto look = [](const Image& image) { return text_at(image, "d/f"); };
  const auto create = [](Fs& fs) {
    const auto file = fs.create("/r/d/f");
    file->pwrite(0, as_bytes("x"));
    file->datasync();
  };
  CHECK(outcomes(create, look) == Set{"none", "x"});
  CHECK(outcomes([&](Fs& fs) { create(fs), fs.sync_directory("/r"); }, look) == Set{"none", "x"});
  CHECK(outcomes([&](Fs& fs) { create(fs), fs.sync_directory("/r/d"); }, look) == Set{"x"});
  const auto in_new_directory = [](Fs& fs) {
    fs.make_directory("/r/n");
    fs.create("/r/n/f");
    fs.sync_directory("/r/n");
  };
  const auto look_n = [](const Image& image) { return text_at(image, "n/f"); };
  CHECK(outcomes(in_new_directory, look_n) == Set{"none", ""});  // /r itself was not synced
}

TEST_CASE("crash states: a rename in one directory is atomic, to another it is two changes") {
  const auto both = [](const Image& image) { return text_at(image, "old") + "," + text_at(image, "to"); };
  CHECK(outcomes([](Fs& fs) { fs.rename("/r/old", "/r/to"); }, both) == Set{"old,none", "none,old"});
  const auto across = [](const Image& image) { return text_at(image, "old") + "," + text_at(image, "d/to"); };
  const auto move = [](Fs& fs) { fs.rename("/r/old", "/r/d/to"); };
  CHECK(outcomes(move, across) == Set{"old,none", "none,old", "old,old", "none,none"});
  CHECK(outcomes([&](Fs& fs) { move(fs), fs.sync_directory("/r/d"); }, across) == Set{"old,old", "none,old"});
}

TEST_CASE("choices: exhaustive when few, sampled when many") {
  std::set<std::vector<bool>> seen;
  for_each_choice(10, 1, [&](const std::vector<bool>& kept) { seen.insert(kept); });
  CHECK(seen.size() == 1024);
  seen.clear();
  for_each_choice(20, 1, [&](const std::vector<bool>& kept) { seen.insert(kept); });
  CHECK(seen.contains(std::vector<bool>(20, false)));
  CHECK(seen.contains(std::vector<bool>(20, true)));
  CHECK(seen.size() >= 2 + 20 + 20 + 190);
}

TEST_CASE("faults: the nth call of a kind, the nth change, forever, partial writes, poison") {
  MemFs memory;
  FaultFs fs(memory);
  fs.fail(Call::create, 2, ENOSPC);
  fs.create("/a");
  CHECK(errno_of([&] { fs.create("/b"); }) == ENOSPC);
  CHECK(errno_of([&] { fs.create("/b"); }) == 0);

  const auto file = fs.open_write("/a");
  fs.fail_change(2, EDQUOT, true);
  fs.set_partial_write(2);
  file->pwrite(0, as_bytes("1234"));
  CHECK(errno_of([&] { file->pwrite(4, as_bytes("5678")); }) == EDQUOT);
  CHECK(file->size() == 6);
  CHECK(errno_of([&] { fs.unlink("/b"); }) == EDQUOT);
  fs.clear();
  CHECK(fs.unlink("/b"));

  fs.fail(Call::datasync, 1, EIO);
  CHECK(errno_of([&] { file->datasync(); }) == EIO);
  CHECK(fs.poisoned());
  CHECK(errno_of([&] { file->datasync(); }) == EIO);
  CHECK(errno_of([&] { fs.lock("/l", LockMode::exclusive, 0)->file().pwrite(0, as_bytes("x")); }) == EIO);
  std::uint8_t byte;
  CHECK(errno_of([&] { file->pread(0, {&byte, 1}); }) == 0);
}

TEST_CASE("faults: a callback sees each call and may stop it") {
  MemFs memory;
  FaultFs fs(memory);
  std::vector<std::string> seen;
  fs.before_each([&](const CallInfo& call) {
    seen.push_back(std::to_string(call.number) + " " + to_string(call.call) + " " + call.path);
    if (call.call == Call::rename) throw Error(ErrorCode::usage, "stop");
  });
  fs.create("/a")->pwrite(0, as_bytes("x"));
  CHECK_THROWS_AS(fs.rename("/a", "/b"), Error);
  CHECK(memory.stat("/a"));
  CHECK(seen == std::vector<std::string>{"1 create /a", "2 write /a", "3 rename /a"});
  CHECK(fs.changes() == 3);
}
