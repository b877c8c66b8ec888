#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "os/fs.h"
#include "unit/os/scratch.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::os;
using vstore::test::Scratch;

namespace {

int errno_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::io);
    return error.sys_errno();
  }
  return 0;
}

std::string content(Fs& fs, const std::string& path) {
  const auto file = fs.open_read(path);
  REQUIRE(file);
  Bytes bytes(file->size());
  file->pread(0, bytes);
  return std::string(as_text(bytes));
}

void put(Fs& fs, const std::string& path, std::string_view text) {
  fs.create(path)->pwrite(0, as_bytes(text));
}

/// Runs the body in a child process; true if it returned true.
bool in_child(const std::function<bool()>& body) {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    bool ok = false;
    try {
      ok = body();
    } catch (...) {
    }
    ::_exit(ok ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("files are created once, written and read at offsets") {
  Scratch dir;
  Fs& fs = real_fs();
  CHECK(fs.open_read(dir / "a") == nullptr);
  CHECK(fs.open_write(dir / "a") == nullptr);
  CHECK(fs.open_read(dir / "no/such/a") == nullptr);
  auto file = fs.create(dir / "a");
  CHECK(errno_of([&] { fs.create(dir / "a"); }) == EEXIST);
  file->pwrite(3, as_bytes("def"));
  file->pwrite(0, as_bytes("abc"));
  CHECK(file->size() == 6);
  file->datasync();
  CHECK(content(fs, dir / "a") == "abcdef");

  std::uint8_t some[8];
  CHECK(file->pread_some(4, some) == 2);
  CHECK(file->pread_some(6, some) == 0);
  CHECK_THROWS_WITH_AS(file->pread(4, some),
                       ("cannot read '" + (dir / "a") + "': it ends at byte 6, expected 12").c_str(), Error);
  file->truncate(2);
  CHECK(content(fs, dir / "a") == "ab");
  file->preallocate(4096, true);
  CHECK(file->size() == 2);
  file->preallocate(100, false);
  CHECK(file->size() == 100);
}

TEST_CASE("names: rename, refusing rename, unlink, directories, listing") {
  Scratch dir;
  Fs& fs = real_fs();
  put(fs, dir / "a", "1");
  put(fs, dir / "b", "2");
  CHECK(errno_of([&] { fs.rename_noreplace(dir / "a", dir / "b"); }) == EEXIST);
  CHECK(content(fs, dir / "b") == "2");
  fs.rename_noreplace(dir / "a", dir / "c");
  fs.rename(dir / "c", dir / "b");
  CHECK(content(fs, dir / "b") == "1");
  CHECK(errno_of([&] { fs.rename(dir / "none", dir / "x"); }) == ENOENT);

  CHECK(fs.make_directory(dir / "d"));
  CHECK_FALSE(fs.make_directory(dir / "d"));
  CHECK(errno_of([&] { fs.make_directory(dir / "b"); }) == EEXIST);
  fs.sync_directory(dir.root());
  CHECK(fs.list(dir.root()) == std::vector<std::string>{"b", "d"});
  CHECK(fs.list(dir / "none") == std::nullopt);
  CHECK(fs.stat(dir / "d")->is_directory);
  CHECK(fs.stat(dir / "b")->size == 1);
  CHECK(fs.stat(dir / "b")->owner == ::getuid());
  CHECK_FALSE(fs.stat(dir / "none"));
  CHECK(fs.unlink(dir / "b"));
  CHECK_FALSE(fs.unlink(dir / "b"));
}

TEST_CASE("maps: whole file, no descriptor kept, empty file, absent file, not a file") {
  Scratch dir;
  Fs& fs = real_fs();
  put(fs, dir / "a", "mapped bytes");
  put(fs, dir / "empty", "");
  const int before = ::dup(2);
  ::close(before);
  const auto map = fs.map(dir / "a");
  const int after = ::dup(2);
  ::close(after);
  CHECK(before == after);
  CHECK(as_text(map->bytes()) == "mapped bytes");
  fs.unlink(dir / "a");
  CHECK(as_text(map->bytes()) == "mapped bytes");
  CHECK(fs.map(dir / "empty")->bytes().empty());
  CHECK(fs.map(dir / "none") == nullptr);
  CHECK_THROWS_AS(fs.map(dir.root()), Error);
}

TEST_CASE("a lock excludes within the process, across processes, and dies with its holder") {
  Scratch dir;
  Fs& fs = real_fs();
  const std::string path = dir / "lock";
  auto held = fs.lock(path, LockMode::exclusive, 0);
  REQUIRE(held);
  CHECK(fs.lock(path, LockMode::exclusive, 0) == nullptr);
  CHECK(fs.lock(path, LockMode::shared, 20) == nullptr);
  held->file().pwrite(0, as_bytes("mark"));
  CHECK(in_child([&] { return fs.lock(path, LockMode::shared, 0) == nullptr; }));
  held.reset();
  CHECK(content(fs, path) == "mark");

  const auto one = fs.lock(path, LockMode::shared, 0);
  const auto two = fs.lock(path, LockMode::shared, 0);
  CHECK((one && two));
  CHECK(fs.lock(path, LockMode::exclusive, 0) == nullptr);
}

TEST_CASE("a child that dies holding the lock leaves it free") {
  Scratch dir;
  Fs& fs = real_fs();
  CHECK(in_child([&] { return fs.lock(dir / "lock", LockMode::exclusive, 0).release() != nullptr; }));
  CHECK(fs.lock(dir / "lock", LockMode::exclusive, 0) != nullptr);
}

TEST_CASE("a lock is refused in a forked child") {
  Scratch dir;
  const auto held = real_fs().lock(dir / "lock", LockMode::exclusive, 0);
  CHECK(in_child([&] {
    try {
      held->file();
    } catch (const Error& error) {
      return error.code() == ErrorCode::usage;
    }
    return false;
  }));
}

TEST_CASE("a waiter gets the lock when it is released, within its time") {
  Scratch dir;
  Fs& fs = real_fs();
  for (const int timeout_ms : {10'000, -1}) {
    auto held = fs.lock(dir / "lock", LockMode::exclusive, 0);
    std::atomic<bool> got = false;
    std::thread waiter([&] { got = fs.lock(dir / "lock", LockMode::exclusive, timeout_ms) != nullptr; });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    CHECK_FALSE(got);
    held.reset();
    waiter.join();
    CHECK(got);
  }
}

TEST_CASE("a lock on a replaced file is taken again on the new one") {
  Scratch dir;
  Fs& fs = real_fs();
  auto held = fs.lock(dir / "lock", LockMode::exclusive, 0);
  std::uint64_t inode = 0;
  std::thread waiter([&] {
    const auto lock = fs.lock(dir / "lock", LockMode::exclusive, -1);
    lock->file().pwrite(0, as_bytes("x"));
    inode = fs.stat(dir / "lock")->size;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  put(fs, dir / "new", "");
  fs.rename(dir / "new", dir / "lock");  // what nobody should do
  held.reset();
  waiter.join();
  CHECK(inode == 1);  // the write went to the file that now has the name
}

TEST_CASE("an open temporary can be locked by its writer") {
  Scratch dir;
  Fs& fs = real_fs();
  auto writer = fs.create(dir / "t");
  CHECK(fs.try_lock_file(*writer));
  const auto collector = fs.open_write(dir / "t");
  CHECK_FALSE(fs.try_lock_file(*collector));
  writer.reset();
  CHECK(fs.try_lock_file(*collector));
}

TEST_CASE("descriptors 0 to 2 are never used, even when they are closed") {
  Scratch dir;
  CHECK(in_child([&] {
    for (int fd = 0; fd < 3; ++fd) ::close(fd);
    const auto file = real_fs().create(dir / "f");
    return ::fcntl(0, F_GETFD) == -1 && ::fcntl(1, F_GETFD) == -1 && ::fcntl(2, F_GETFD) == -1;
  }));
}

TEST_CASE("a failed sync poisons: reads go on, every later write and sync is refused") {
  Scratch dir;
  REQUIRE(::mkfifo((dir / "pipe").c_str(), 0600) == 0);
  Fs& fs = real_fs();
  put(fs, dir / "f", "text");
  CHECK(in_child([&] {
    const auto refused = [](const std::function<void()>& call) { return errno_of(call) == EIO; };
    const auto file = fs.open_write(dir / "f");
    if (errno_of([&] { fs.sync_directory(dir / "none"); }) != ENOENT || fs.poisoned()) return false;
    if (errno_of([&] { fs.open_write(dir / "pipe")->datasync(); }) != EINVAL) return false;  // pipes don't
    return fs.poisoned() && content(fs, dir / "f") == "text" &&
           refused([&] { file->pwrite(0, as_bytes("x")); }) && refused([&] { file->datasync(); }) &&
           refused([&] { fs.create(dir / "g"); }) && refused([&] { fs.unlink(dir / "f"); }) &&
           refused([&] { fs.rename(dir / "f", dir / "g"); }) &&
           refused([&] { fs.sync_directory(dir.root()); });
  }));
  CHECK_FALSE(fs.poisoned());
}

TEST_CASE("small services") {
  Scratch dir;
  Fs& fs = real_fs();
  CHECK_FALSE(fs.boot_id().empty());
  CHECK(fs.now_seconds() > 1'700'000'000);
  Bytes a(300), b(300);
  fs.random(a);
  fs.random(b);
  CHECK(a != b);
  CHECK_FALSE(fs.is_network(dir.root()));
  CHECK_FALSE(fs.poisoned());
}
