// Finding cuts: the definition, the serial scanner that skips, and the interleaved one.
#include <benchmark/benchmark.h>

#include "micro/inputs.h"
#include "object/chunker.h"

namespace vstore::bench {
namespace {

constexpr std::size_t kSize = 16u << 20;

void cuts_plain(benchmark::State& state) {
  const Bytes bytes = table(kSize);
  for (auto _ : state) benchmark::DoNotOptimize(find_cuts_plain(bytes, ChunkerParams{}));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kSize));
}
BENCHMARK(cuts_plain)->Unit(benchmark::kMillisecond);

void cuts_serial(benchmark::State& state) {
  const Bytes bytes = table(kSize);
  for (auto _ : state) {
    std::size_t chunks = 0;
    for (ByteView rest(bytes); !rest.empty(); ++chunks) rest = rest.subspan(next_cut(rest, true, ChunkerParams{}));
    benchmark::DoNotOptimize(chunks);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kSize));
}
BENCHMARK(cuts_serial)->Unit(benchmark::kMillisecond);

void cuts_interleaved(benchmark::State& state) {
  const Bytes bytes = table(kSize);
  std::vector<std::uint64_t> candidates;
  for (auto _ : state) {
    candidates.clear();
    find_candidates(bytes, 0, bytes.size(), ChunkerParams{}, candidates);
    benchmark::DoNotOptimize(cuts_from_candidates(candidates, bytes.size(), ChunkerParams{}));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kSize));
}
BENCHMARK(cuts_interleaved)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vstore::bench
