// Random reads of historical files: 4 KiB at random places of random files in random versions, from a store
// in which most chunks of most versions are based frames, as commits leave them. The frame cache holds what
// is read ("warm") or an eighth of it.
#include <benchmark/benchmark.h>

#include <vector>

#include "support/history.h"
#include "vstore/file.h"

namespace vstore::bench {
namespace {

constexpr std::size_t kPiece = 4096;
constexpr std::size_t kWarm = 512u << 20;

/// A reader for each file in each version, opened before: what is measured is the read.
void read_random(benchmark::State& state) {
  const Scratch scratch;
  const History history(scratch.path() + "/store", static_cast<std::size_t>(state.range(0)) << 20);
  std::vector<FileReader> files;
  for (const Id& tree : history.trees) {
    const Tree map(*history.snapshot, tree);
    for (std::size_t file = 0; file < kFiles; ++file)
      files.emplace_back(*history.snapshot, map.get(History::path(file))->id);
  }
  std::mt19937_64 random(2);
  std::uint8_t piece[kPiece];
  const auto read_one = [&] {
    const FileReader& file = files[random() % files.size()];
    benchmark::DoNotOptimize(file.read(random() % (file.size() - kPiece + 1), kPiece, piece));
  };
  for (std::size_t i = 0; i < 20'000; ++i) read_one();
  for (auto _ : state) read_one();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_random)->ArgName("cache_mib")->Arg(kWarm >> 20)->Arg(16);

/// The same with the way there: the path looked up in its version, the file opened.
void read_random_by_path(benchmark::State& state) {
  const Scratch scratch;
  const History history(scratch.path() + "/store", kWarm);
  std::vector<std::string> paths;
  for (std::size_t file = 0; file < kFiles; ++file) paths.push_back(History::path(file));
  std::mt19937_64 random(2);
  std::uint8_t piece[kPiece];
  const auto read_one = [&] {
    const Tree map(*history.snapshot, history.trees[random() % kVersions]);
    const FileReader file(*history.snapshot, map.get(paths[random() % kFiles])->id);
    benchmark::DoNotOptimize(file.read(random() % (file.size() - kPiece + 1), kPiece, piece));
  };
  for (std::size_t i = 0; i < 20'000; ++i) read_one();
  for (auto _ : state) read_one();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_random_by_path);

}  // namespace
}  // namespace vstore::bench
