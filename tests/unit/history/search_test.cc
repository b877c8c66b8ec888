// Finding in versions and naming of commits: samples, lines and their origins, names that lead back.
#include "vstore/search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "unit/history/random_history.h"
#include "vstore/blame.h"
#include "vstore/describe.h"
#include "vstore/revision.h"

using namespace vstore;
using namespace vstore::test;

TEST_CASE("samples are different entries, of the prefix only, and every entry comes about equally often") {
  Dataset data;
  Files files;
  for (int i = 0; i < 300; ++i) files[(i % 3 == 0 ? "in/" : "out/") + std::to_string(i)] = "x";
  const Id root = data.put_tree(files);
  const Snapshot snapshot = data.publish();
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto sample = sample_entries(snapshot.tree(root), 10, seed, "in/");
    REQUIRE(sample.size() == 10);
    for (std::size_t i = 0; i < sample.size(); ++i) {
      REQUIRE(sample[i].path.starts_with("in/"));
      if (i > 0) REQUIRE(sample[i - 1].path < sample[i].path);
      ++seen[sample[i].path];
    }
  }
  REQUIRE(seen.size() == 100);  // each expected 200 times, with a deviation of 13.4
  for (const auto& [path, count] : seen) CHECK(std::abs(count - 200) < 75);
  CHECK(sample_entries(snapshot.tree(root), 1000, 1).size() == 300);
  CHECK(sample_entries(snapshot.tree(root), 5, 1, "none").empty());
  CHECK(sample_entries(snapshot.tree(empty_tree_id()), 5, 1).empty());
}

TEST_CASE("lines come from the commits that git blames") {
  Random random(test_seed());
  for (int round = 0; round < 5; ++round) {
    GitRepo git;
    if (!git.works()) return;
    Dataset data;
    std::ofstream script(git.directory() + "/import");
    std::vector<std::vector<std::string>> texts;
    std::vector<Id> ids;
    int fresh = 0;
    for (std::size_t i = 0; i < 25; ++i) {
      std::vector<std::size_t> parents;
      if (i > 0) parents.push_back(i - 1 - random.below(std::min<std::size_t>(i, 3)));
      std::vector<std::string> lines = i > 0 ? texts[parents[0]] : std::vector<std::string>();
      for (std::size_t edits = 1 + random.below(4); edits > 0; --edits) {
        const std::size_t at = random.below(lines.size() + 1);
        if (random.chance(30) && at < lines.size()) lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
        else lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), "line " + std::to_string(fresh++));
      }
      std::string text;
      for (const std::string& line : lines) text += line + "\n";
      texts.push_back(lines);
      CommitSpec spec{{{"f", text}}, {}, 1'700'000'000 + static_cast<std::int64_t>(i) * 100, "c" + std::to_string(i) + "\n"};
      script << "commit refs/heads/c" << i << "\nmark :" << i + 1 << "\ncommitter A <a@example.org> " << spec.seconds
             << " +0000\ndata " << spec.message.size() << "\n" << spec.message;
      for (const std::size_t parent : parents) {
        script << "from :" << parent + 1 << "\n";
        spec.parents.push_back(ids[parent]);
      }
      script << "deleteall\nM 644 inline f\ndata " << text.size() << "\n" << text << "\n";
      ids.push_back(data.put_commit(spec));
      data.set_ref("refs/heads/c" + std::to_string(i), RefValue::commit(ids.back()));
    }
    script.close();
    git.run("fast-import --quiet < import");
    const Snapshot snapshot = data.publish();
    for (const std::size_t i : {24u, 20u, 11u}) {
      std::vector<std::string> expected;
      for (const std::string& line : git.lines("blame --line-porcelain c" + std::to_string(i) + " -- f")) {
        if (line.starts_with("summary ")) expected.push_back(line.substr(8) + "\n");
      }
      std::vector<std::string> found;
      for (const BlamedLine& line : blame_file(snapshot, ids[i], "f").lines) found.push_back(snapshot.commit(line.commit).message);
      CHECK(found == expected);
    }
  }
}

TEST_CASE("names lead back to the commit, and descriptions count what lies between") {
  Random random(test_seed());
  for (int round = 0; round < 3; ++round) {
    RandomHistory history(random, 40, Clocks::distinct);
    const auto only_some = [](const Ref& ref) { return ref.name.ends_with("5") || ref.name.ends_with("9"); };
    for (const Id& id : history.ids) {
      if (const auto name = name_from_refs(*history.snapshot, id, only_some)) {
        CHECK(resolve_commit(*history.snapshot, {}, *name) == id);
      }
      const auto description = vstore::describe(*history.snapshot, id, only_some);
      if (!description) continue;
      const Id at = *history.snapshot->ref_commit(description->ref);
      CHECK(is_ancestor(*history.snapshot, at, id));
      CHECK(description->ahead == ahead_behind(*history.snapshot, id, at).ahead);
    }
  }
}
