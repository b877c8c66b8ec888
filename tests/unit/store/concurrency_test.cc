// Many writers and readers, in threads and in processes.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "unit/os/scratch.h"
#include "unit/store/fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// Commits to a ref until it succeeds; the number of lost races.
int commit_until_won(Store& store, const std::string& ref, const std::string& message) {
  for (int lost = 0;; ++lost) {
    const auto code = code_of([&] { commit_to(store, ref, message); });
    if (!code) return lost;
    REQUIRE(code == ErrorCode::lost_race);
  }
}

std::size_t length_of(const Snapshot& snapshot, const std::string& ref) {
  std::size_t length = 0;
  for (auto id = snapshot.ref_commit(ref); id; ++length) {
    const Commit commit = snapshot.commit(*id);
    id = commit.parents.empty() ? std::nullopt : std::optional(commit.parents[0]);
  }
  return length;
}

}  // namespace

TEST_CASE("threads that share a handle: every commit counts, readers see whole states") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  std::atomic<int> running = 4;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 12; ++i) {
        commit_to(store, "refs/heads/own" + std::to_string(t), std::to_string(i));
        commit_until_won(store, "refs/heads/shared", std::to_string(t) + "." + std::to_string(i));
        if (i % 4 == 0) store.fold();
      }
      --running;
    });
  }
  threads.emplace_back([&] {
    std::uint64_t last = 0;
    while (running > 0) {
      const Snapshot now = store.snapshot();
      CHECK(now.generation() >= last);
      last = now.generation();
      read_everything(now);
    }
  });
  for (std::thread& thread : threads) thread.join();
  const Snapshot now = Store::open(dir / "s").snapshot();
  CHECK(length_of(now, "refs/heads/shared") == 48);
  for (int t = 0; t < 4; ++t) CHECK(length_of(now, "refs/heads/own" + std::to_string(t)) == 12);
}

TEST_CASE("one transaction fed by many threads") {
  Scratch dir;
  Store store = Store::create(dir / "s");
  Transaction txn = store.begin();
  std::vector<std::vector<Id>> ids(4);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (unsigned i = 0; i < 150; ++i) {
        ids[t].push_back(txn.put(ObjectType::chunk, as_bytes(text_of(10 + i * 300, i))));
        CHECK(txn.read(ids[t].back(), ObjectType::chunk).bytes.size() == 10 + i * 300);
        CHECK(txn.find(ids[t][i / 2])->size == 10 + i / 2 * 300);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(ids[0] == ids[3]);
  TreeBuilder tree(txn);
  for (unsigned i = 100; i < 150; ++i) tree.add(std::to_string(i), {Kind::file, 10 + i * 300, ids[0][i]});
  Commit commit;
  commit.tree = tree.finish();
  txn.set_ref("refs/heads/main", std::nullopt,
              RefValue::commit(txn.put(ObjectType::commit, as_bytes(encode(commit)))));
  txn.publish({{"t", "t"}, "test", Time{1, 0}});
  const Snapshot now = store.snapshot();
  read_everything(now);
  for (unsigned i = 0; i < 150; ++i)
    CHECK(now.read(ids[0][i], ObjectType::chunk).text() == text_of(10 + i * 300, i));
}

TEST_CASE("processes: every commit counts, on refs of their own and on a shared one") {
  Scratch dir;
  Store::create(dir / "s");
  std::vector<pid_t> children;
  for (int p = 0; p < 4; ++p) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      int failures = 0;
      try {
        Store store = Store::open(dir / "s");
        for (int i = 0; i < 15; ++i) {
          commit_to(store, "refs/heads/own" + std::to_string(p), std::to_string(i));
          commit_until_won(store, "refs/heads/shared", std::to_string(p) + "." + std::to_string(i));
          if (i % 5 == p) store.fold();
          read_everything(store.snapshot());
        }
      } catch (const Error& error) {
        std::fprintf(stderr, "child %d: %s\n", p, error.what());
        failures = 1;
      }
      ::_exit(failures);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }
  const Snapshot now = Store::open(dir / "s").snapshot();
  CHECK(length_of(now, "refs/heads/shared") == 60);
  for (int p = 0; p < 4; ++p) CHECK(length_of(now, "refs/heads/own" + std::to_string(p)) == 15);
}
