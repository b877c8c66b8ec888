// The lock, its mark, and what is left when a holder dies: protocol.md rules 5 and 6.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "os/fault_fs.h"
#include "store/pack_files.h"
#include "unit/os/scratch.h"
#include "unit/store/fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// Runs `body` in a child process; its exit code, or minus the signal that ended it.
int in_child(const std::function<int()>& body) {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    int code = 99;
    try {
      code = body();
    } catch (const Error& error) {
      code = 50 + static_cast<int>(error.code());
    }
    ::_exit(code);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::string mark_of(const std::string& store) {
  const auto file = os::real_fs().open_read(store + "/lock");
  Bytes text(static_cast<std::size_t>(file->size()));
  file->pread(0, text);
  return std::string(as_text(text));
}

std::string first_words(const std::string& mark) { return mark.substr(0, mark.find_last_not_of(" \n") + 1); }

}  // namespace

TEST_CASE("the mark names the slot that the last holder left durable") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  commit_to(store, "refs/heads/main", "x");
  const std::string mark = first_words(mark_of(dir / "s"));
  CHECK(mark.starts_with("clean " + os::real_fs().boot_id() + " "));
  const auto lock = os::real_fs().stat(dir / "s/lock");
  CHECK(mark.find(" " + std::to_string(lock->device) + ":" + std::to_string(lock->inode) + " 2 ") != mark.npos);
  CHECK(mark_of(dir / "s").size() == 160);
}

TEST_CASE("a holder killed at any step leaves an old or a new state, and the next one recovers") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  Id before = commit_to(store, "refs/heads/main", "start");
  int killed = 0;
  for (std::uint64_t step = 1;; ++step) {
    const std::string message = "step " + std::to_string(step);
    const int code = in_child([&] {
      os::FaultFs fs(os::real_fs());
      StoreOptions options;
      options.fs = &fs;
      Store own = Store::open(dir / "s", options);
      std::uint64_t calls = 0;
      fs.before_each([&](const os::CallInfo&) {
        if (++calls == step) ::kill(::getpid(), SIGKILL);
      });
      commit_to(own, "refs/heads/main", message);
      return 0;
    });
    if (code == 0) break;
    REQUIRE(code == -SIGKILL);
    ++killed;
    Store next = Store::open(dir / "s");
    const Id seen = *next.snapshot().ref_commit("HEAD");
    if (seen != before) CHECK(next.snapshot().commit(seen).message == message);
    read_everything(next.snapshot());
    before = commit_to(next, "refs/heads/main", "after " + std::to_string(step));
    CHECK(next.snapshot().commit(before).parents == std::vector{seen});
    // No pack carries a root that was never published.
    const auto named = packs_named(next.snapshot().state().root);
    for (const PackName& name : packs_present(os::real_fs(), {dir / "s"})) CHECK(named.contains(name));
  }
  CHECK(killed > 10);
}

TEST_CASE("a slot that nobody vouches for is synced before it is built on") {
  Scratch dir;
  os::FaultFs fs(os::real_fs());
  StoreOptions options;
  options.fs = &fs;
  Store store = Store::create(dir / "s", options);
  commit_to(store, "refs/heads/main", "x");
  std::vector<std::string> synced;
  fs.before_each([&](const os::CallInfo& call) {
    if (call.call == os::Call::datasync || call.call == os::Call::sync_directory) synced.push_back(call.path);
  });
  commit_to(store, "refs/heads/main", "vouched for");
  CHECK(synced.size() == 3);
  os::real_fs().open_write(dir / "s/lock")->pwrite(0, as_bytes(std::string("clean of another boot")));
  synced.clear();
  commit_to(store, "refs/heads/main", "not vouched for");
  REQUIRE(synced.size() > 3);
  CHECK(synced.front() == dir / "s/root");  // before anything new is written
  const auto count = [&](const std::string& path) { return std::count(synced.begin(), synced.end(), path); };
  CHECK(count(dir / "s/root") == 2);
  CHECK(count(dir / "s/packs") == 2);
}

TEST_CASE("the mark in a copied store vouches for nothing: the copy is synced before it is built on") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  commit_to(store, "refs/heads/main", "x");
  std::filesystem::copy(dir / "s", dir / "copy", std::filesystem::copy_options::recursive);
  os::FaultFs fs(os::real_fs());
  StoreOptions options;
  options.fs = &fs;
  Store copy = Store::open(dir / "copy", options);
  std::vector<std::string> synced;
  fs.before_each([&](const os::CallInfo& call) {
    if (call.call == os::Call::datasync || call.call == os::Call::sync_directory) synced.push_back(call.path);
  });
  commit_to(copy, "refs/heads/main", "vouched for by nobody");
  for (const char* path : {"copy/root", "copy/format", "copy/packs", "copy", ""}) {
    const std::string wanted = path[0] == '\0' ? dir.root() : dir / path;
    CHECK_MESSAGE(std::count(synced.begin(), synced.end(), wanted) >= 1, wanted);
  }
  synced.clear();
  commit_to(copy, "refs/heads/main", "vouched for by the last");
  CHECK(synced.size() == 3);
}

TEST_CASE("a handle is refused after fork, and a store opened in the child works") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  CHECK(in_child([&] { return code_of([&] { store.snapshot(); }) == ErrorCode::usage ? 7 : 8; }) == 7);
  CHECK(in_child([&] { return code_of([&] { store.begin(); }) == ErrorCode::usage ? 7 : 8; }) == 7);
  CHECK(in_child([&] {
          Store own = Store::open(dir / "s");
          commit_to(own, "refs/heads/main", "child");
          return 7;
        }) == 7);
  CHECK(store.snapshot().ref_commit("HEAD"));
}

TEST_CASE("a lock that a child inherited does not let two write") {
  Scratch dir;
  StoreOptions options;
  options.lock_timeout_ms = 0;
  Store store = Store::create(dir / "s", options);
  auto held = os::real_fs().lock(dir / "s/lock", os::LockMode::exclusive, 0);
  CHECK(in_child([&] {
          Store own = Store::open(dir / "s", options);
          return code_of([&] { commit_to(own, "refs/heads/main", "x"); }) == ErrorCode::lost_race ? 7 : 8;
        }) == 7);
}

TEST_CASE("an interrupted creation can be tried again, a store without its format file is left alone") {
  Scratch dir;
  for (std::uint64_t step = 1;; ++step) {
    const std::string path = dir / ("s" + std::to_string(step));
    const int code = in_child([&] {
      os::FaultFs fs(os::real_fs());
      std::uint64_t calls = 0;
      fs.before_each([&](const os::CallInfo&) {
        if (++calls == step) ::kill(::getpid(), SIGKILL);
      });
      StoreOptions options;
      options.fs = &fs;
      Store::create(path, options);
      return 0;
    });
    if (code == 0) break;
    Store store = Store::is_store(path) ? Store::open(path) : Store::create(path);
    commit_to(store, "refs/heads/main", "x");
  }
  Store store = Store::create(dir / "lost");
  commit_to(store, "refs/heads/main", "x");
  os::real_fs().unlink(dir / "lost/format");
  CHECK(code_of([&] { Store::open(dir / "lost"); }) == ErrorCode::usage);
  CHECK(code_of([&] { Store::create(dir / "lost"); }) == ErrorCode::damaged);
}

TEST_CASE("a store on read-only media can be read") {
  if (::geteuid() == 0) return;  // root may write everywhere
  Scratch dir;
  Store store = Store::create(dir / "s");
  const Id id = commit_to(store, "refs/heads/main", "x");
  ::chmod((dir / "s").c_str(), 0500);
  CHECK(Store::open(dir / "s").snapshot().ref_commit("HEAD") == id);
  ::chmod((dir / "s").c_str(), 0700);
}
