// Hashing: large inputs run at memory speed, small ones are bound by the cost of a call.
#include <benchmark/benchmark.h>

#include "micro/inputs.h"
#include "vstore/id.h"

namespace vstore::bench {
namespace {

void hash_chunk(benchmark::State& state) {
  const Bytes bytes = noise(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(hash_object(ObjectType::chunk, bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hash_chunk)->Arg(64)->Arg(1 << 10)->Arg(16 << 10)->Arg(64 << 10)->Arg(1 << 20);

void hash_tree_node(benchmark::State& state) {
  const Bytes bytes = noise(8 << 10);
  for (auto _ : state) benchmark::DoNotOptimize(hash_object(ObjectType::tree, bytes));
  state.SetBytesProcessed(state.iterations() * (8 << 10));
}
BENCHMARK(hash_tree_node);

}  // namespace
}  // namespace vstore::bench
