// Merge bases and their kin on random histories, against git and against plain reachability.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "unit/history/random_history.h"
#include "vstore/history.h"

using namespace vstore;
using namespace vstore::test;

namespace {

using Reach = std::vector<std::vector<bool>>;

/// reach[a][b]: b is a or an ancestor of a. Parents have lower numbers.
Reach reachability(const RandomHistory& history) {
  Reach reach(history.size(), std::vector<bool>(history.size(), false));
  for (std::size_t i = 0; i < history.size(); ++i) {
    reach[i][i] = true;
    for (const std::size_t parent : history.parents_of[i]) {
      for (std::size_t k = 0; k < history.size(); ++k) reach[i][k] = reach[i][k] || reach[parent][k];
    }
  }
  return reach;
}

std::set<Id> best_common(const RandomHistory& history, const Reach& reach, std::size_t a, std::size_t b) {
  std::set<Id> best;
  for (std::size_t i = 0; i < history.size(); ++i) {
    bool is_best = reach[a][i] && reach[b][i];
    for (std::size_t k = 0; k < history.size(); ++k) {
      if (k != i && reach[a][k] && reach[b][k] && reach[k][i]) is_best = false;
    }
    if (is_best) best.insert(history.ids[i]);
  }
  return best;
}

std::uint64_t count_beyond(const Reach& reach, std::size_t a, std::size_t b) {
  std::uint64_t count = 0;
  for (std::size_t k = 0; k < reach.size(); ++k) count += reach[a][k] && !reach[b][k] ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("ancestry of random histories") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  for (const Clocks clocks : {Clocks::distinct, Clocks::with_ties, Clocks::going_backwards}) {
    const RandomHistory history(random, 60, clocks);
    const Reach reach = reachability(history);
    const Snapshot& snapshot = *history.snapshot;
    for (std::size_t a = 0; a < history.size(); ++a) {
      for (std::size_t b = 0; b < history.size(); ++b) {
        CAPTURE(a);
        CAPTURE(b);
        const std::vector<Id> bases = merge_bases(snapshot, history.ids[a], history.ids[b]);
        CHECK(std::set<Id>(bases.begin(), bases.end()) == best_common(history, reach, a, b));
        CHECK(is_ancestor(snapshot, history.ids[b], history.ids[a]) == reach[a][b]);
        if (clocks == Clocks::going_backwards) continue;
        const AheadBehind counts = ahead_behind(snapshot, history.ids[a], history.ids[b]);
        CHECK(counts.ahead == count_beyond(reach, a, b));
        CHECK(counts.behind == count_beyond(reach, b, a));
      }
    }
  }
}

TEST_CASE("several merge bases come in git's order") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  const RandomHistory history(random, 80, Clocks::distinct);
  if (!history.git.works()) return;
  std::map<std::string, Id> by_subject;
  for (std::size_t i = 0; i < history.size(); ++i) by_subject[RandomHistory::name(i)] = history.ids[i];
  for (int i = 0; i < 40; ++i) {
    const std::size_t a = random.below(history.size());
    const std::size_t b = random.below(history.size());
    CAPTURE(a);
    CAPTURE(b);
    std::vector<Id> expected;
    for (const std::string& commit :
         history.git.lines("merge-base --all c" + std::to_string(a) + " c" + std::to_string(b))) {
      expected.push_back(by_subject.at(history.git.lines("log -1 --format=%s " + commit).front()));
    }
    CHECK((merge_bases(*history.snapshot, history.ids[a], history.ids[b]) == expected));
  }
}
