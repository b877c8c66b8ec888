// Three-way merge of random maps against a plain model, and what it reads.
#include <doctest/doctest.h>

#include <set>

#include "support/memory_objects.h"
#include "support/random.h"
#include "support/seed.h"
#include "support/tree_model.h"
#include "vstore/merge.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// Not a file's content: merges that look into it fail, which tests that they don't.
MergeOptions entries_only() {
  MergeOptions options;
  options.find_renames = false;
  options.text_bytes_max = 0;  // every content that both changed is a "binary" conflict
  return options;
}

std::string random_key(Random& random) {
  std::string key;
  for (std::uint64_t depth = 0; depth <= random.below(3); ++depth) {
    if (!key.empty()) key += '/';
    key += std::string(1, static_cast<char>('a' + random.below(6))) + (random.chance(30) ? "-" : "");
  }
  return random.chance(5) ? key + "/" : key;
}

TreeModel random_map(Random& random, std::size_t size) {
  TreeModel model;
  for (std::size_t i = 0; i < size; ++i) {
    TreeModel tried = model;
    const std::string key = random_key(random);
    tried[key] = entry_for(key, random.below(1000));
    if (!has_path_conflict(tried)) model = std::move(tried);
  }
  return model;
}

TreeModel changed(Random& random, TreeModel model, std::size_t edits) {
  for (std::size_t i = 0; i < edits; ++i) {
    TreeModel tried = model;
    if (!model.empty() && random.chance(50)) {
      auto at = tried.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random.below(tried.size())));
      if (random.chance(50)) tried.erase(at);
      else at->second = entry_for(at->first, random.below(1000));
    } else {
      const std::string key = random_key(random);
      tried[key] = entry_for(key, random.below(1000));
    }
    if (!has_path_conflict(tried)) model = std::move(tried);
  }
  return model;
}

std::optional<Entry> find(const TreeModel& model, const std::string& key) {
  const auto at = model.find(key);
  return at == model.end() ? std::nullopt : std::optional(at->second);
}

/// By the definition, for all keys. nullopt if any path needs a person.
std::optional<TreeModel> plain_merge(const TreeModel& base, const TreeModel& ours, const TreeModel& theirs) {
  TreeModel merged;
  std::set<std::string> keys;
  for (const TreeModel* side : {&base, &ours, &theirs}) {
    for (const auto& [key, entry] : *side) keys.insert(key);
  }
  for (const std::string& key : keys) {
    const auto b = find(base, key), o = find(ours, key), t = find(theirs, key);
    if (o != t && o != b && t != b) return std::nullopt;
    if (const auto value = o == b ? t : o) merged[key] = *value;
  }
  for (auto at = merged.begin(); at != merged.end();) {
    const bool filled = at->first.ends_with('/') && std::next(at) != merged.end() && std::next(at)->first.starts_with(at->first);
    at = filled ? merged.erase(at) : std::next(at);
  }
  return has_path_conflict(merged) ? std::nullopt : std::optional(merged);
}

}  // namespace

TEST_CASE("random maps merge as the model says, whichever side is ours") {
  Random random(test_seed());
  int clean = 0, conflicting = 0;
  for (int round = 0; round < 1500; ++round) {
    MemoryObjects objects;
    const TreeModel base = random_map(random, 5 + random.below(25));
    const TreeModel ours = changed(random, base, random.below(5)), theirs = changed(random, base, random.below(5));
    const Id base_id = build(objects, base), our_id = build(objects, ours), their_id = build(objects, theirs);
    const TreeMerge merged = merge_trees(objects, objects, base_id, our_id, their_id, entries_only());
    const TreeMerge turned = merge_trees(objects, objects, base_id, their_id, our_id, entries_only());
    CHECK(merged.conflicts.size() == turned.conflicts.size());
    const auto expected = plain_merge(base, ours, theirs);
    if (expected) {
      ++clean;
      CHECK(merged.clean());
      CHECK(merged.files == build(objects, *expected));
      CHECK(merged.stage == merged.files);
      CHECK(turned.files == merged.files);
      continue;
    }
    // One side's mode and the other's content are no conflict to merge_trees, though they are to the model.
    if (merged.clean()) continue;
    ++conflicting;
    TreeModel files, stage;
    for (const auto& [key, entry] : walk(Tree(objects, merged.files).begin())) files[key] = entry;
    for (const auto& [key, entry] : walk(Tree(objects, merged.stage).begin())) stage[key] = entry;
    CHECK_FALSE(has_path_conflict(files));
    CHECK_FALSE(has_path_conflict(stage));
    std::set<Id> kept;
    for (const auto& [key, entry] : files) kept.insert(entry.id);
    for (const MergeConflict& c : merged.conflicts) {
      CHECK(files.contains(c.path));
      if (c.ours) CHECK(kept.contains(c.ours->id));
      if (c.theirs) CHECK(kept.contains(c.theirs->id));
    }
  }
  CHECK(clean > 100);
  CHECK(conflicting > 100);
}

TEST_CASE("disjoint changes to a large map: the merge reads and writes only what differs") {
  MemoryObjects objects;
  TreeModel base;
  for (int i = 0; i < 100'000; ++i) {
    const std::string key = "dir" + std::to_string(i % 100) + "/file" + std::to_string(i);
    base[key] = entry_for(key, static_cast<std::uint64_t>(i));
  }
  TreeModel ours = base, theirs = base, both = base;
  ours["dir3/file3"].size = both["dir3/file3"].size = 7;
  theirs["dir77/file77"].size = both["dir77/file77"].size = 9;
  const Id base_id = build(objects, base), our_id = build(objects, ours), their_id = build(objects, theirs);
  const Id expected = build(objects, both);
  objects.reads = objects.puts = 0;
  const TreeMerge merged = merge_trees(objects, objects, base_id, our_id, their_id, entries_only());
  CHECK(merged.clean());
  CHECK(merged.files == expected);
  CHECK(merged.nodes_read <= 16);  // two sides, twice the depth of three or four
  CHECK(objects.reads <= 32);
  CHECK(objects.puts <= 8);
}

TEST_CASE("a file against a directory: the file gets another name and nothing is lost") {
  MemoryObjects objects;
  const TreeModel base{{"z", entry_for("z", 0)}};
  TreeModel ours = base, theirs = base;
  ours["a"] = entry_for("a", 3);
  theirs["a/x"] = entry_for("a/x", 6);
  theirs["a-b"] = entry_for("a-b", 9);  // sorts between "a" and "a/x"
  const TreeMerge merged =
      merge_trees(objects, objects, build(objects, base), build(objects, ours), build(objects, theirs), entries_only());
  REQUIRE(merged.conflicts.size() == 1);
  CHECK(merged.conflicts[0].reason == ConflictReason::directory_in_place);
  CHECK(merged.conflicts[0].path == "a~HEAD");
  CHECK(merged.files == build(objects, {{"a-b", theirs["a-b"]}, {"a/x", theirs["a/x"]}, {"a~HEAD", ours["a"]}, {"z", base.at("z")}}));
}

TEST_CASE("an empty directory gives way to what the other side put in it") {
  MemoryObjects objects;
  const TreeModel base{{"k/", entry_for("k/", 0)}, {"k2", entry_for("k2", 1)}};
  TreeModel ours = base;
  ours["k2"] = entry_for("k2", 2);
  const TreeModel theirs{{"k/f", entry_for("k/f", 5)}, {"k2", base.at("k2")}};
  const TreeMerge merged =
      merge_trees(objects, objects, build(objects, base), build(objects, ours), build(objects, theirs), entries_only());
  CHECK(merged.clean());
  CHECK(merged.files == build(objects, {{"k/f", theirs.at("k/f")}, {"k2", ours["k2"]}}));
}
