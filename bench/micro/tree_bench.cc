// The prolly tree over memory, so that the tree is measured and not the packs: building, looking up,
// walking, editing and comparing a map of many paths.
#include <benchmark/benchmark.h>

#include <optional>

#include "micro/inputs.h"
#include "support/memory_objects.h"
#include "vstore/tree.h"

namespace vstore::bench {
namespace {

Entry entry_of(std::uint64_t i) {
  Entry entry{Kind::file, i % 100'000, {}};
  for (std::size_t b = 0; b < 32; ++b) entry.id.bytes[b] = static_cast<std::uint8_t>(((i + 1) * 0x9e3779b97f4a7c15u) >> (b % 8 * 8));
  return entry;
}

Id build(test::MemoryObjects& objects, std::uint64_t count) {
  TreeBuilder builder(objects);
  for (std::uint64_t i = 0; i < count; ++i) builder.add(key(i), entry_of(i));
  return builder.finish();
}

/// Changes one entry in the middle.
Id edit_one(test::MemoryObjects& objects, const Id& root, std::uint64_t at, std::uint64_t value) {
  std::optional<TreeEdit> edit = TreeEdit{key(at), entry_of(value)};
  return edit_tree(Tree(objects, root), objects, [&] { return std::exchange(edit, std::nullopt); });
}

void tree_build(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    test::MemoryObjects objects;
    benchmark::DoNotOptimize(build(objects, count));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(tree_build)->Arg(100'000)->Unit(benchmark::kMillisecond);

void tree_get(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  test::MemoryObjects objects;
  const Tree tree(objects, build(objects, count));
  std::uint64_t i = 0;
  for (auto _ : state) {
    i = (i + 7919) % count;
    benchmark::DoNotOptimize(tree.get(key(i)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(tree_get)->Arg(1000)->Arg(100'000);

void tree_walk(benchmark::State& state) {
  test::MemoryObjects objects;
  const Tree tree(objects, build(objects, 100'000));
  for (auto _ : state) {
    std::uint64_t bytes = 0;
    for (TreeCursor at = tree.begin(); at.valid(); at.next()) bytes += at.entry().size;
    benchmark::DoNotOptimize(bytes);
  }
  state.SetItemsProcessed(state.iterations() * 100'000);
}
BENCHMARK(tree_walk)->Unit(benchmark::kMillisecond);

void tree_edit_one(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  test::MemoryObjects objects;
  const Id root = build(objects, count);
  std::uint64_t i = 0;
  for (auto _ : state) {
    ++i;
    benchmark::DoNotOptimize(edit_one(objects, root, i * 7919 % count, i + count));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(tree_edit_one)->Arg(1000)->Arg(100'000)->Iterations(2000);

void tree_diff_one(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  test::MemoryObjects objects;
  const Id before = build(objects, count);
  const Id after = edit_one(objects, before, count / 2, count + 1);
  for (auto _ : state) {
    TreeDiff diff(Tree(objects, before), Tree(objects, after));
    while (diff.next()) {
    }
    benchmark::DoNotOptimize(diff.nodes_read());
  }
}
BENCHMARK(tree_diff_one)->Arg(1000)->Arg(100'000);

}  // namespace
}  // namespace vstore::bench
