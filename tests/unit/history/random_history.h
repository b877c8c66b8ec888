// The same random history twice: in a store and in a git repository. Commit i is branch "c<i>" in both, and
// its message is "c<i>".
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "support/random.h"
#include "unit/history/dataset.h"
#include "unit/history/git_repo.h"

namespace vstore::test {

enum class Clocks { distinct, with_ties, going_backwards };

struct RandomHistory {
  RandomHistory(Random& random, std::size_t count, Clocks clocks) {
    std::ofstream script(git.directory() + "/import");
    Files files{{"base", "0"}};
    std::vector<Files> trees;
    for (std::size_t i = 0; i < count; ++i) {
      const std::vector<std::size_t> parents = choose_parents(random, i);
      if (!parents.empty()) files = trees[parents[random.below(parents.size())]];
      change(random, files);
      trees.push_back(files);
      add(script, i, files, parents, time_of(random, i, clocks));
    }
    script.close();
    git.run("fast-import --quiet < import");
    snapshot.emplace(store.publish());
  }

  static std::string name(std::size_t i) { return "c" + std::to_string(i); }
  std::size_t size() const { return ids.size(); }

  GitRepo git;
  Dataset store;
  std::vector<Id> ids;
  std::vector<std::vector<std::size_t>> parents_of;
  std::vector<std::int64_t> times;
  std::optional<Snapshot> snapshot;

 private:
  /// Mostly one recent parent; merges of two or three; now and then a new root.
  static std::vector<std::size_t> choose_parents(Random& random, std::size_t i) {
    std::vector<std::size_t> parents;
    if (i == 0 || random.chance(3)) return parents;
    const std::size_t wanted = random.chance(30) ? (random.chance(10) ? 3 : 2) : 1;
    while (parents.size() < std::min(wanted, i)) {
      const std::size_t parent = i - 1 - random.below(std::min<std::size_t>(i, 8));
      if (std::find(parents.begin(), parents.end(), parent) == parents.end()) parents.push_back(parent);
    }
    return parents;
  }

  static void change(Random& random, Files& files) {
    static const char* const kPaths[] = {"a", "a-b", "b/x", "b/y", "b/z/deep", "c.txt"};
    if (random.chance(15)) return;  // a merge that takes one side as it is, or an empty commit
    const std::string path = kPaths[random.below(6)];
    if (random.chance(20)) {
      files.erase(path);
    } else {
      files[path] = std::to_string(random.below(4));
    }
  }

  static std::int64_t time_of(Random& random, std::size_t i, Clocks clocks) {
    const std::int64_t steady = 1'700'000'000 + static_cast<std::int64_t>(i) * 100;
    switch (clocks) {
      case Clocks::distinct:
        return steady;
      case Clocks::with_ties:
        return 1'700'000'000 + static_cast<std::int64_t>(i / 4) * 100;
      default:
        return steady - static_cast<std::int64_t>(random.chance(25) ? random.below(1500) : 0);
    }
  }

  void add(std::ofstream& script, std::size_t i, const Files& files, const std::vector<std::size_t>& parents,
           std::int64_t time) {
    const std::string author = i % 3 == 0 ? "Ann" : "Bob";
    CommitSpec spec{files, {}, time, name(i) + "\n", {author, author + "@example.org"}};
    script << "commit refs/heads/" << name(i) << "\nmark :" << i + 1 << "\n";
    for (const char* role : {"author ", "committer "}) {
      script << role << author << " <" << author << "@example.org> " << time << " +0000\n";
    }
    script << "data " << spec.message.size() << "\n" << spec.message;
    for (std::size_t k = 0; k < parents.size(); ++k) {
      script << (k == 0 ? "from :" : "merge :") << parents[k] + 1 << "\n";
      spec.parents.push_back(ids[parents[k]]);
    }
    script << "deleteall\n";
    for (const auto& [path, content] : files) {
      script << "M 644 inline " << path << "\ndata " << content.size() << "\n" << content << "\n";
    }
    ids.push_back(store.put_commit(spec));
    parents_of.push_back(parents);
    times.push_back(time);
    store.set_ref("refs/heads/" + name(i), RefValue::commit(ids.back()));
  }
};

}  // namespace vstore::test
