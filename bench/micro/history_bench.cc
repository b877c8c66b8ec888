// The history of a path that no commit changed, along a line of commits that each change one of a thousand files: what a
// commit costs that the filters rule out (with the cache there), and what it costs to be summarized (without).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <utility>

#include "micro/inputs.h"
#include "vstore/path_history.h"

namespace vstore::bench {
namespace {

constexpr int kCommits = 20'000;
constexpr int kFiles = 1000;

Entry entry_of(ObjectWriter& writer, int i) {
  const std::string content = "content " + std::to_string(i);
  return {Kind::file, content.size(), writer.put(ObjectType::chunk, as_bytes(content))};
}

std::string path_of(int file) { return "data/part" + std::to_string(file % 20) + "/file" + std::to_string(file); }

Id first_tree(Transaction& txn) {
  std::vector<TreeEdit> edits;
  for (int file = 0; file < kFiles; ++file) edits.push_back({path_of(file), entry_of(txn, file)});
  std::sort(edits.begin(), edits.end(), [](const TreeEdit& a, const TreeEdit& b) { return a.key < b.key; });
  TreeBuilder builder(txn);
  for (const TreeEdit& edit : edits) builder.add(edit.key, *edit.entry);
  return builder.finish();
}

Id changed(Transaction& txn, const Id& tree, int i) {
  bool given = false;
  return edit_tree(Tree(txn, tree), txn, [&]() -> std::optional<TreeEdit> {
    if (std::exchange(given, true)) return std::nullopt;
    return TreeEdit{path_of(i % kFiles), entry_of(txn, kFiles + i)};
  });
}

struct Line {
  Line() : store(Store::create(scratch.path() + "/store")) {
    Transaction txn = store.begin();
    Id tree = first_tree(txn);
    for (int i = 0; i < kCommits; ++i) {
      if (i > 0) tree = changed(txn, tree, i);
      Commit commit;
      commit.tree = tree;
      if (i > 0) commit.parents = {tip};
      commit.author = commit.committer = {"Ada", "ada@example.org"};
      commit.author_time = commit.commit_time = {1'700'000'000 + i, 0};
      commit.message = "number " + std::to_string(i) + "\n";
      tip = txn.put(ObjectType::commit, as_bytes(encode(commit)));
    }
    txn.set_ref("refs/heads/main", std::nullopt, RefValue::commit(tip));
    txn.publish({.who = {"Ada", "ada@example.org"}, .command = "bench"});
  }

  Scratch scratch;
  Store store;
  Id tip;
};

const Line& line() {
  static const Line made;
  return made;
}

void look(benchmark::State& state, const std::string& cache) {
  const Snapshot snapshot = line().store.snapshot();
  for (auto _ : state) {
    benchmark::DoNotOptimize(path_history(snapshot, {"data/part3/nothing", {line().tip}, cache}).size());
  }
  state.SetItemsProcessed(state.iterations() * kCommits);
}

void path_history_cached(benchmark::State& state) {
  const std::string cache = line().scratch.path() + "/cache";
  path_history(line().store.snapshot(), {"x", {line().tip}, cache});
  look(state, cache);
}
BENCHMARK(path_history_cached)->Unit(benchmark::kMillisecond);

void path_history_uncached(benchmark::State& state) { look(state, ""); }
BENCHMARK(path_history_uncached)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace vstore::bench
