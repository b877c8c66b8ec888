// Publishing: what a durable change of one ref costs, with one small object beside it, on the disk that
// holds the temporary directory.
#include <benchmark/benchmark.h>

#include "micro/inputs.h"
#include "vstore/store.h"

namespace vstore::bench {
namespace {

void publish_ref(benchmark::State& state) {
  const Scratch scratch;
  Store store = Store::create(scratch.path() + "/store");
  std::uint64_t i = 0;
  for (auto _ : state) {
    Transaction transaction = store.begin();
    Commit commit;
    commit.tree = empty_tree_id();
    commit.author = commit.committer = {"Ada", "ada@example.org"};
    commit.message = "number " + std::to_string(++i);
    const Id id = transaction.put(ObjectType::commit, as_bytes(encode(commit)));
    transaction.set_ref("refs/heads/main", std::nullopt, RefValue::commit(id));
    transaction.publish({.who = commit.author, .command = "bench"});
    state.PauseTiming();
    store.fold();  // as the command line does, after the answer was given
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(publish_ref)->Unit(benchmark::kMicrosecond)->MinTime(0.2);

void open_store(benchmark::State& state) {
  const Scratch scratch;
  { Store::create(scratch.path() + "/store"); }
  for (auto _ : state) benchmark::DoNotOptimize(Store::open(scratch.path() + "/store").snapshot().generation());
}
BENCHMARK(open_store)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vstore::bench
