#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "micro/inputs.h"
#include "rates/lmdb_env.h"
#include "rates/rates.h"
#include "vstore/store.h"

namespace vstore::bench {
namespace {

constexpr std::size_t files = 1000;
constexpr std::size_t content_size = 200;
const Person author = {"Ada", "ada@example.org"};

std::string content_of(std::uint64_t number) {
  const Bytes bytes = table(content_size, number);
  return std::string(as_text(bytes));
}

/// Commits to one branch, again and again, from where it stands.
class Committer {
 public:
  Committer(Store& store, std::string ref) : store_(store), ref_(std::move(ref)) {}

  void once() {
    Transaction txn = store_.begin();
    const auto old = txn.base().ref(ref_);
    Commit commit;
    commit.tree = changed_tree(txn, old ? txn.base().commit(old->id).tree : empty_tree_id(), !old);
    if (old) commit.parents = {old->id};
    commit.author = commit.committer = author;
    commit.message = "number " + std::to_string(++number_);
    txn.set_ref(ref_, old, RefValue::commit(txn.put(ObjectType::commit, as_bytes(encode(commit)))));
    txn.publish({.who = author, .command = "bench"});
    store_.fold();
  }

 private:
  /// One file changed; all of them the first time.
  Id changed_tree(Transaction& txn, const Id& before, bool all) {
    std::size_t file = all ? 0 : number_ * 7919 % files;
    const std::size_t end = all ? files : file + 1;
    return edit_tree(Tree(txn, before), txn, [&]() -> std::optional<TreeEdit> {
      if (file == end) return std::nullopt;
      const std::string content = content_of(number_ * files + file);
      const Id id = txn.put(ObjectType::chunk, as_bytes(content));
      return TreeEdit{key(file++), Entry{Kind::file, content.size(), id}};
    });
  }

  Store& store_;
  std::string ref_;
  std::uint64_t number_ = 0;
};

/// Forks so many children, lets them begin at once, and adds up how often a second each did it.
double in_processes(int processes, const std::function<double(int)>& child) {
  std::vector<std::pair<pid_t, int>> children;
  int gate[2];
  if (::pipe(gate) != 0) throw std::runtime_error("pipe");
  for (int i = 0; i < processes; ++i) {
    int answer[2];
    if (::pipe(answer) != 0) throw std::runtime_error("pipe");
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("fork");
    if (pid == 0) {
      ::close(gate[1]);
      char nothing;
      while (::read(gate[0], &nothing, 1) > 0) {
      }
      double rate = -1;
      try {
        rate = child(i);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_rates: %s\n", error.what());
      }
      ::_exit(::write(answer[1], &rate, sizeof rate) == sizeof rate ? 0 : 1);
    }
    ::close(answer[1]);
    children.emplace_back(pid, answer[0]);
  }
  ::close(gate[0]);
  ::close(gate[1]);
  double sum = 0;
  for (const auto& [pid, answer] : children) {
    double rate = -1;
    const bool told = ::read(answer, &rate, sizeof rate) == sizeof rate;
    ::close(answer);
    ::waitpid(pid, nullptr, 0);
    if (!told || rate < 0) throw std::runtime_error("a child failed");
    sum += rate;
  }
  return sum;
}

}  // namespace

Commits::Commits(const std::string& directory, int processes) : directory_(directory), processes_(processes) {
  Store store = Store::create(directory_ + "/store");
  for (int i = 0; i < processes_; ++i) Committer(store, "refs/heads/p" + std::to_string(i)).once();
  std::filesystem::create_directory(directory_ + "/lmdb");
  LmdbEnv env(directory_ + "/lmdb", MDB_NOSYNC);
  env.write([](auto put) {
    for (std::size_t file = 0; file < files; ++file) put(key(file), content_of(file));
  });
}

double Commits::vstore(double seconds) const {
  return in_processes(processes_, [&](int number) {
    Store store = Store::open(directory_ + "/store");
    Committer committer(store, "refs/heads/p" + std::to_string(number));
    return rate_of(seconds, [&] { committer.once(); });
  });
}

double Commits::lmdb(double seconds) const {
  return in_processes(processes_, [&](int child) {
    LmdbEnv env(directory_ + "/lmdb");
    auto number = static_cast<std::uint64_t>(child);
    return rate_of(seconds, [&] {
      number += 7919;
      env.write([&](auto put) { put(key(number % files), content_of(number)); });
    });
  });
}

void fill(const std::string& directory, int commits) {
  Store store = Store::create(directory + "/store");
  Committer committer(store, "refs/heads/main");
  for (int i = 0; i < commits; ++i) committer.once();
}

}  // namespace vstore::bench
