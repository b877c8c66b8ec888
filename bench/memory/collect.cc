// How much memory and time a collection takes, by the number of objects.
//
//   bench_collect make DIRECTORY OBJECTS    a store with so many chunks, half of them on a branch that is deleted
//   bench_collect run DIRECTORY             collects it; prints seconds and the peak of resident memory
//
// Two runs, so that the peak is the collector's own. docs/testing.md says what it should come to.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "vstore/gc.h"
#include "vstore/store.h"

using namespace vstore;

namespace {

const PublishInfo info{{"bench", "bench@example.org"}, "bench", Time{1, 0}};

Id put_version(Transaction& txn, const std::string& branch, std::uint64_t objects) {
  TreeBuilder tree(txn);
  char path[64];
  for (std::uint64_t i = 0; i < objects; ++i) {
    std::snprintf(path, sizeof path, "data/%05llu/%010llu", static_cast<unsigned long long>(i / 1000),
                  static_cast<unsigned long long>(i));
    const std::string content = branch + " " + path;
    tree.add(path, {Kind::file, content.size(), txn.put(ObjectType::chunk, as_bytes(content))});
  }
  Commit commit;
  commit.tree = tree.finish();
  commit.message = branch;
  return txn.put(ObjectType::commit, as_bytes(encode(commit)));
}

void make(const std::string& directory, std::uint64_t objects) {
  Store store = Store::create(directory);
  for (const std::string branch : {"refs/heads/kept", "refs/heads/gone"}) {
    Transaction txn = store.begin();
    txn.set_ref(branch, std::nullopt, RefValue::commit(put_version(txn, branch, objects / 2)));
    txn.publish(info);
  }
  Transaction txn = store.begin();
  txn.set_ref("refs/heads/gone", std::nullopt, std::nullopt);
  txn.publish(info);
}

void run(const std::string& directory) {
  Store store = Store::open(directory);
  const auto begin = std::chrono::steady_clock::now();
  const GcReport report = store.collect({.operations_since = std::numeric_limits<std::int64_t>::max()});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%.2f s, peak %ld MB, %llu objects live, %llu -> %llu bytes\n", took.count(), usage.ru_maxrss / 1024,
              static_cast<unsigned long long>(report.objects_live),
              static_cast<unsigned long long>(report.bytes_before),
              static_cast<unsigned long long>(report.bytes_after));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string action = argc > 2 ? argv[1] : "";
  if (action == "make" && argc == 4) make(argv[2], std::strtoull(argv[3], nullptr, 10));
  else if (action == "run" && argc == 3) run(argv[2]);
  else return std::fputs("usage: bench_collect make DIRECTORY OBJECTS | run DIRECTORY\n", stderr), 2;
  return 0;
}
