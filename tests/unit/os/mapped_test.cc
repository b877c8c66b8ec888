#include "os/mapped.h"

#include <doctest/doctest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "unit/os/scratch.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::os;
using vstore::test::Scratch;

namespace {

constexpr std::size_t map_size = 64 * 1024;

struct MappedScratch {
  Scratch dir;
  std::shared_ptr<const MappedFile> map;

  explicit MappedScratch(std::uint8_t fill = 7) {
    Bytes bytes(map_size, fill);
    real_fs().create(path())->pwrite(0, bytes);
    map = map_file(path());
  }
  std::string path() const { return dir / "f"; }
  void shrink() const { real_fs().open_write(path())->truncate(0); }
  std::uint8_t at(std::size_t i) const {
    return *static_cast<const volatile std::uint8_t*>(&map->bytes()[i]);
  }
};

ErrorCode code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::usage;
}

}  // namespace

TEST_CASE("a file that shrinks under its map is an error, again and again") {
  MappedScratch file;
  Bytes out(map_size);
  guarded(*file.map, [&] { std::memcpy(out.data(), file.map->bytes().data(), out.size()); });
  CHECK(out == Bytes(map_size, 7));
  file.shrink();
  for (int i = 0; i < 3; ++i) {
    CHECK(code_of([&] {
            guarded(*file.map, [&] { std::memcpy(out.data(), file.map->bytes().data(), out.size()); });
          }) == ErrorCode::damaged);
  }
}

TEST_CASE("a fault is an error on every thread by itself") {
  MappedScratch good, bad;
  bad.shrink();
  std::vector<std::thread> threads;
  std::atomic<int> caught = 0, read = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        if (code_of([&] { guarded(*bad.map, [&] { bad.at(0); }); }) == ErrorCode::damaged) ++caught;
        guarded(*good.map, [&] { read += good.at(1) == 7; });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(caught == 800);
  CHECK(read == 800);
}

TEST_CASE("nested guards: the fault unwinds to the guard whose map it hit") {
  MappedScratch frame, base;
  base.shrink();
  int reached = 0;
  CHECK(code_of([&] {
          guarded(*base.map, [&] {
            guarded(*frame.map, [&] {
              ++reached;
              base.at(0);
              ++reached;
            });
            ++reached;
          });
        }) == ErrorCode::damaged);
  CHECK(reached == 1);
  guarded(*frame.map, [&] { reached += frame.at(0); });
  CHECK(reached == 8);
}

TEST_CASE("an exception passes through a guard and leaves no recovery point behind") {
  MappedScratch file;
  CHECK(code_of([&] { guarded(*file.map, [] { throw Error(ErrorCode::not_found, "x"); }); }) ==
        ErrorCode::not_found);
  int seen = 0;
  guarded(*file.map, [&] { seen = file.at(5); });
  CHECK(seen == 7);
}

TEST_CASE("a SIGBUS elsewhere kills as before") {
  MappedScratch guarded_file, other;
  other.shrink();
  const pid_t pid = ::fork();
  if (pid == 0) {
    guarded(*guarded_file.map, [&] { other.at(0); });
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK_FALSE((WIFEXITED(status) && WEXITSTATUS(status) == 0));  // a sanitizer makes it an exit code
}
