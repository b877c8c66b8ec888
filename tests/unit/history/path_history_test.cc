// The values of a path against a plain look at every commit; the cache under damage; the filters.
#include "vstore/path_history.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "history/commit_cache.h"
#include "history/path_filter.h"
#include "history/path_set.h"
#include "unit/history/random_history.h"

using namespace vstore;
using namespace vstore::test;

namespace {

std::vector<Id> ids_of(const std::vector<PathValue>& values) {
  std::vector<Id> ids;
  for (const PathValue& value : values) ids.push_back(value.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

/// Every commit asked, no cache and no filter.
std::vector<Id> plainly(const RandomHistory& history, const std::string& path) {
  const Snapshot& snapshot = *history.snapshot;
  const PathSet set({path});
  std::vector<Id> found;
  for (const Id& id : history.ids) {
    const Commit commit = snapshot.commit(id);
    std::vector<Id> befores;
    for (const Id& parent : commit.parents) befores.push_back(snapshot.commit(parent).tree);
    if (befores.empty()) befores.push_back(empty_tree_id());
    const bool is_new = std::all_of(befores.begin(), befores.end(), [&](const Id& before) {
      return set.differ(snapshot.tree(before), snapshot.tree(commit.tree));
    });
    if (is_new) found.push_back(id);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("the values of a path are those that a plain look finds, with and without a cache") {
  Random random(test_seed());
  for (int round = 0; round < 5; ++round) {
    const Scratch scratch;
    const RandomHistory history(random, 60, Clocks::going_backwards);
    for (const std::string path : {"a", "a-b", "b", "b/z", "b/z/deep", "c.txt", "", "nothing"}) {
      PathHistoryOptions options{path, history.ids, ""};
      CHECK(ids_of(path_history(*history.snapshot, options)) == plainly(history, path));
      options.cache_file = scratch / "cache";
      PathHistoryStats stats;
      CHECK(ids_of(path_history(*history.snapshot, options, &stats)) == plainly(history, path));
      CHECK(stats.commits == history.size());
      CHECK(stats.summarized == (path == "a" ? history.size() : 0));
    }
  }
}

TEST_CASE("a damaged cache costs time and nothing else") {
  Random random(test_seed());
  const Scratch scratch;
  const RandomHistory history(random, 40, Clocks::distinct);
  PathHistoryOptions options{"a", {history.ids.begin(), history.ids.begin() + 20}, scratch / "cache"};
  path_history(*history.snapshot, options);
  options.tips = history.ids;
  const std::vector<Id> right = ids_of(path_history(*history.snapshot, options));
  const auto size = std::filesystem::file_size(options.cache_file);
  for (int round = 0; round < 60; ++round) {
    if (round % 3 == 0) {
      std::filesystem::resize_file(options.cache_file, random.below(size));
    } else {
      std::fstream file(options.cache_file, std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(static_cast<std::streamoff>(random.below(size)));
      file.put(static_cast<char>(random.below(256)));
    }
    REQUIRE(ids_of(path_history(*history.snapshot, options)) == right);
    PathHistoryStats stats;
    REQUIRE(ids_of(path_history(*history.snapshot, options, &stats)) == right);
    REQUIRE(stats.summarized == 0);  // mended by the run before
  }
}

TEST_CASE("filters hold what was put in, the directories above, and little else") {
  Random random(test_seed());
  PathFilterBuilder builder;
  for (int i = 0; i < 100; ++i) builder.add("top/dir" + std::to_string(i) + "/file");
  const Bytes filter = builder.finish();
  CHECK(filter.size() == (201 * filter_bits_per_path + 7) / 8);
  for (int i = 0; i < 100; ++i) {
    CHECK(may_contain(filter, PathHash("top/dir" + std::to_string(i) + "/file")));
    CHECK(may_contain(filter, PathHash("top/dir" + std::to_string(i))));
  }
  CHECK(may_contain(filter, PathHash("top")));
  int wrong = 0;
  for (int i = 0; i < 10'000; ++i) wrong += may_contain(filter, PathHash("other" + std::to_string(i)));
  CHECK(wrong < 300);
  CHECK_FALSE(may_contain({}, PathHash("a")));
  PathFilterBuilder large;
  for (int i = 0; i < 600; ++i) large.add(std::to_string(i));
  CHECK(large.too_many());
}
