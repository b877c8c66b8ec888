// Comparing snapshots: which paths, what kind of change, what was renamed.
#include <doctest/doctest.h>

#include <map>

#include "history/path_set.h"
#include "support/random.h"
#include "support/tree_model.h"
#include "unit/history/dataset.h"
#include "vstore/error.h"
#include "vstore/history.h"

using namespace vstore;
using namespace vstore::test;

namespace {

std::string shown(const Change& change) {
  std::string line(1, static_cast<char>(change.status));
  if (change.status == ChangeStatus::renamed || change.status == ChangeStatus::copied) line += std::to_string(change.similarity);
  if (!change.old_path.empty()) line += " " + change.old_path;
  if (!change.new_path.empty() && change.new_path != change.old_path) line += " " + change.new_path;
  return line;
}

using Lines = std::vector<std::string>;

Lines compare(const Files& before, const Files& after, const CompareOptions& options = {}) {
  Dataset data;
  const Id from = data.put_tree(before);
  const Id to = data.put_tree(after);
  data.set_ref("refs/trees/from", RefValue::tree(from));
  data.set_ref("refs/trees/to", RefValue::tree(to));
  const Snapshot snapshot = data.publish();
  Lines lines;
  for (const Change& change : compare_trees(snapshot, from, to, options)) lines.push_back(shown(change));
  return lines;
}

/// Lines of words that compress and repeat little.
std::string text(std::uint64_t seed, int lines) {
  Random random(seed);
  std::string all;
  for (int i = 0; i < lines; ++i) {
    for (int k = 0; k < 5; ++k) all += std::to_string(random.below(100000)) + " ";
    all += "\n";
  }
  return all;
}

/// The same text with every n-th line written anew.
std::string edited(const std::string& original, int n) {
  std::string all;
  int line = 0;
  for (std::size_t at = 0; at < original.size();) {
    const std::size_t end = original.find('\n', at) + 1;
    all += ++line % n == 0 ? "edited line " + std::to_string(line) + "\n" : original.substr(at, end - at);
    at = end;
  }
  return all;
}

std::string noise(std::uint64_t seed, std::size_t size) {
  Random random(seed);
  std::string all(size, '\0');
  for (char& c : all) c = static_cast<char>(random.next());
  return all;
}

}  // namespace

TEST_CASE("added, deleted, modified, of another type, in path order") {
  CHECK(compare({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d@", "target"}, {"same", "x"}},
                {{"a", "2"}, {"c@", "1"}, {"d@", "elsewhere"}, {"e", "new"}, {"same", "x"}},
                {.find_renames = false}) == Lines{"M a", "D b", "T c", "M d", "A e"});
}

TEST_CASE("patterns select what they match, itself or by a directory above, beside literal paths") {
  const Files before = {{"a.csv", "1"}, {"a.json", "1"}, {"b/c.csv", "1"}, {"b/d/", ""}, {"b-1/x", "1"}, {"e[1]", "1"}};
  const auto selected = [&](std::vector<std::string> paths) {
    return compare(before, {}, {.paths = std::move(paths), .find_renames = false});
  };
  CHECK(selected({"*.csv"}) == Lines{"D a.csv", "D b/c.csv"});
  CHECK(selected({"b/*.csv"}) == Lines{"D b/c.csv"});
  CHECK(selected({"b-?"}) == Lines{"D b-1/x"});
  CHECK(selected({"b/?"}) == Lines{"D b/d/"});
  CHECK(selected({"b/", "*.json"}) == Lines{"D a.json", "D b/c.csv", "D b/d/"});
  CHECK(selected({"a*", "a.json"}) == Lines{"D a.csv", "D a.json"});
  CHECK(selected({"e[1]"}) == Lines{"D e[1]"});
  CHECK(selected({"*.txt"}).empty());
}

TEST_CASE("files become directories and back, empty directories come and go") {
  CHECK(compare({{"a", "1"}, {"b/x", "1"}}, {{"a/x", "2"}, {"b", "3"}}, {.find_renames = false}) ==
        Lines{"D a", "A a/x", "A b", "D b/x"});
  CHECK(compare({{"e/", ""}, {"f/x", "1"}}, {{"e/x", "2"}, {"f/", ""}}, {.find_renames = false}) ==
        Lines{"D e/", "A e/x", "A f/", "D f/x"});
}

TEST_CASE("paths select files and directories, not what merely begins alike") {
  const Files before;
  const Files after{{"a", "1"}, {"b/x", "2"}, {"b-c", "3"}, {"b/y/z", "4"}, {"bb", "5"}, {"e/", ""}};
  const auto only = [&](std::vector<std::string> paths) {
    return compare(before, after, {.paths = std::move(paths)});
  };
  CHECK(only({"b"}) == Lines{"A b/x", "A b/y/z"});
  CHECK(only({"b/y", "b", "./b//x"}) == Lines{"A b/x", "A b/y/z"});
  CHECK(only({"b/", "b-c"}) == Lines{"A b-c", "A b/x", "A b/y/z"});
  CHECK(only({"a/"}).empty());
  CHECK(only({"a", "a"}) == Lines{"A a"});
  CHECK(only({"e"}) == Lines{"A e/"});
  CHECK(only({"."}).size() == 6);
  CHECK(only({"nothing"}).empty());
  CHECK_THROWS_AS(only({"../x"}), Error);
}

TEST_CASE("a path filter agrees with filtering everything, and settles cheaply whether anything differs") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  MemoryObjects objects;
  static const char* const kNames[] = {"a", "a-b", "a.txt", "b", "c"};
  const auto random_key = [&] {
    std::string key = kNames[random.below(5)];
    while (random.chance(50)) key += std::string("/") + kNames[random.below(5)];
    return key;
  };
  for (int round = 0; round < 300; ++round) {
    TreeModel models[2];
    for (TreeModel& model : models) {
      for (int i = 0; i < 12; ++i) {
        TreeModel more = model;
        const std::string key = random_key();
        more[key] = entry_for(key, random.below(3));
        if (!has_path_conflict(more)) model = std::move(more);
      }
    }
    const Tree before(objects, build(objects, models[0]));
    const Tree after(objects, build(objects, models[1]));
    std::vector<std::string> paths{random_key()};
    if (random.chance(50)) paths.push_back(random_key());
    Lines expected, found;
    for_each_change(before, after, {}, [&](const Change& change) {
      const std::string& key = change.new_path.empty() ? change.old_path : change.new_path;
      const bool selected = std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
        return key == path || key.starts_with(path + "/");
      });
      if (selected) expected.push_back(shown(change));
      return true;
    });
    for_each_change(before, after, paths, [&](const Change& change) {
      found.push_back(shown(change));
      return true;
    });
    CHECK(found == expected);
    CHECK(PathSet(paths).differ(before, after) == !expected.empty());
  }
}

TEST_CASE("whether one path differs costs a few nodes, however large the dataset") {
  MemoryObjects objects;
  TreeModel model;
  for (int i = 0; i < 50000; ++i)
    model["dir" + std::to_string(i % 50) + "/file" + std::to_string(i)] = entry_for("x", i);
  const Tree before(objects, build(objects, model));
  for (int i = 0; i < 50000; i += 7) model["dir7/file" + std::to_string(i)] = entry_for("x", i + 1);
  const Tree after(objects, build(objects, model));
  objects.reads = 0;
  CHECK_FALSE(PathSet({"dir9"}).differ(before, after));
  CHECK(PathSet({"dir7"}).differ(before, after));
  CHECK_FALSE(PathSet({"dir3/file3"}).differ(before, after));
  CHECK(objects.reads < 40);
}

TEST_CASE("a visitor that has seen enough stops the comparison") {
  MemoryObjects objects;
  const Tree before(objects, build(objects, {}));
  const Tree after(objects, build(objects, {{"a", entry_for("a", 0)}, {"b", entry_for("b", 1)}}));
  int seen = 0;
  for_each_change(before, after, {}, [&](const Change&) { return ++seen < 1; });
  CHECK(seen == 1);
}

TEST_CASE("equal contents are renames; the same file name is preferred") {
  CHECK(compare({{"old/a.csv", "1"}}, {{"new/a.csv", "1"}}) == Lines{"R100 old/a.csv new/a.csv"});
  CHECK(compare({{"p/x", "same"}, {"q/y", "same"}}, {{"r/x", "same"}, {"s/y", "same"}}) ==
        Lines{"R100 p/x r/x", "R100 q/y s/y"});
  CHECK(compare({{"p/x", "same"}, {"q/y", "same"}}, {{"r/y", "same"}, {"s/x", "same"}}) ==
        Lines{"R100 q/y r/y", "R100 p/x s/x"});
  CHECK(compare({{"x", "same"}}, {{"x", "same"}, {"y", "same"}}) == Lines{"A y"});
  CHECK(compare({{"x@", "same"}}, {{"y", "same"}}) == Lines{"D x", "A y"});
  CHECK(compare({{"x@", "same"}}, {{"y@", "same"}}) == Lines{"R100 x y"});
  CHECK(compare({{"x/", ""}}, {{"y/", ""}}) == Lines{"D x/", "A y/"});
}

TEST_CASE("alike texts are renames down to the least similarity") {
  const std::string original = text(1, 200);
  const Files before{{"data/a.txt", original}, {"data/b.txt", text(2, 200)}};
  const Lines found =
      compare(before, {{"data/b.txt", text(2, 200)}, {"moved/renamed.txt", edited(original, 5)}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("R"));
  const int similarity = std::stoi(found[0].substr(1));
  CHECK(similarity > 72);
  CHECK(similarity < 88);
  CHECK(compare({{"x", original}}, {{"y", edited(original, 1)}}) == Lines{"D x", "A y"});
  CHECK(compare({{"x", original}}, {{"y", edited(original, 5)}}, {.rename_similarity_min = 95}) ==
        Lines{"D x", "A y"});
  CHECK(compare({{"x", original}}, {{"y", edited(original, 5)}}, {.find_renames = false}) ==
        Lines{"D x", "A y"});
}

TEST_CASE("the most alike source wins, each source once") {
  const std::string original = text(3, 100);
  const Lines nearest =
      compare({{"far", edited(original, 3)}, {"near", edited(original, 20)}}, {{"new", original}});
  REQUIRE(nearest.size() == 2);
  CHECK(nearest[0] == "D far");
  CHECK(nearest[1].ends_with(" near new"));
  const Lines both =
      compare({{"one", original}}, {{"copy", edited(original, 4)}, {"late", edited(original, 50)}});
  CHECK(both.size() == 2);
  CHECK(both[0] == "A copy");
  CHECK(both[1].ends_with("one late"));
}

TEST_CASE("long lines, large texts and binaries are compared by their pieces") {
  std::string json = "[";
  for (int i = 0; i < 20000; ++i)
    json += "{\"id\":" + std::to_string(i) + ",\"name\":\"item " + std::to_string(i * 7) + "\"},";
  std::string changed = json;
  for (std::size_t at = 1000; at < changed.size(); at += 20000) changed.insert(at, "99");
  const Lines one_line = compare({{"x.json", json}}, {{"y.json", changed}});
  REQUIRE(one_line.size() == 1);
  CHECK(std::stoi(one_line[0].substr(1)) > 85);

  const std::string large = text(4, 60000);  // some megabytes: sampled
  const Lines sampled = compare({{"x.txt", large}}, {{"y.txt", edited(large, 4)}});
  REQUIRE(sampled.size() == 1);
  CHECK(std::stoi(sampled[0].substr(1)) > 65);
  CHECK(std::stoi(sampled[0].substr(1)) < 90);

  const std::string image = noise(5, 1u << 20);
  const Lines binary = compare({{"x.bin", image}}, {{"y.bin", image + noise(6, 100u << 10)}});
  REQUIRE(binary.size() == 1);
  CHECK(std::stoi(binary[0].substr(1)) > 85);
  CHECK(compare({{"x.bin", image}}, {{"y.bin", noise(7, 1u << 20)}}) == Lines{"D x.bin", "A y.bin"});
}

TEST_CASE("copies, of files that changed or of all") {
  const std::string original = text(8, 100);
  const Files before{{"gone", original}, {"kept", text(9, 100)}, {"same", text(10, 100)}};
  const Files after{{"a", original}, {"b", original}, {"c", edited(text(9, 100), 10)}, {"d", text(10, 100)},
                    {"kept", edited(text(9, 100), 20)}, {"same", text(10, 100)}};
  CHECK(compare(before, after) == Lines{"R100 gone a", "A b", "A c", "A d", "M kept"});
  const Lines changed = compare(before, after, {.copies = FindCopies::among_changed});
  REQUIRE(changed.size() == 5);
  CHECK(changed[0] == "C100 gone a");
  CHECK(changed[1] == "R100 gone b");
  CHECK(changed[2].starts_with("C8"));
  CHECK(changed[2].ends_with(" kept c"));
  CHECK(changed[3] == "A d");
  CHECK(compare(before, after, {.copies = FindCopies::among_all}).at(3) == "C100 same d");
}

TEST_CASE("how many bytes changed") {
  Dataset data;
  const Id from = data.put_tree({{"a", "1\n2\n3\n"}, {"gone", "four"}, {"respaced", "x y"}});
  const Id to = data.put_tree({{"a", "1\n33\n3\n"}, {"new", "12345"}, {"respaced", "x y"}});
  data.set_ref("refs/trees/from", RefValue::tree(from));
  data.set_ref("refs/trees/to", RefValue::tree(to));
  const Snapshot snapshot = data.publish();
  std::map<std::string, std::uint64_t> bytes;
  for (const Change& change : compare_trees(snapshot, from, to, {.find_renames = false})) {
    bytes[change.new_path + change.old_path] = changed_bytes(snapshot, change);
  }
  CHECK(bytes == std::map<std::string, std::uint64_t>{{"aa", 5}, {"gone", 4}, {"new", 5}});
}

TEST_CASE("too many candidates: equal contents and unique names only") {
  Files before, after;
  for (int i = 0; i < 6; ++i) {
    const std::string original = text(100 + static_cast<std::uint64_t>(i), 50);
    before["old/" + std::to_string(i)] = original;
    after[(i < 3 ? "new/" : "new/other") + std::to_string(i)] = edited(original, 10);
  }
  const auto renames = [&](std::size_t max) {
    const Lines lines = compare(before, after, {.rename_candidates_max = max});
    return std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return line[0] == 'R'; });
  };
  CHECK(renames(2) == 3);
  CHECK(renames(3) == 6);
}
