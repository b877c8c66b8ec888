// As in "patience diff": common head and tail first; between them the longest ascending sequence of pairs of
// chunks that occur once on each side; each pair then grows in both directions over equal neighbours.
#include "history/chunk_align.h"

#include <algorithm>
#include <unordered_map>

namespace vstore {
namespace {

using Chunks = std::span<const ChunkRef>;

struct Pair {
  std::size_t before;
  std::size_t after;
};

struct Places {
  std::size_t before_count = 0, after_count = 0;
  std::size_t before = 0;
};

/// Chunks of the middle that occur once on each side, in order of the after side.
std::vector<Pair> unique_pairs(Chunks before, Chunks after, std::size_t head, std::size_t tail) {
  std::unordered_map<Id, Places> places;
  for (std::size_t i = head; i < before.size() - tail; ++i) {
    Places& at = places[before[i].id];
    ++at.before_count;
    at.before = i;
  }
  for (std::size_t i = head; i < after.size() - tail; ++i) {
    if (const auto at = places.find(after[i].id); at != places.end()) ++at->second.after_count;
  }
  std::vector<Pair> pairs;
  for (std::size_t i = head; i < after.size() - tail; ++i) {
    const auto at = places.find(after[i].id);
    if (at == places.end() || at->second.before_count != 1 || at->second.after_count != 1) continue;
    pairs.push_back({at->second.before, i});
  }
  return pairs;
}

/// The longest subsequence in which the places before ascend too.
std::vector<Pair> longest_ascending(const std::vector<Pair>& pairs) {
  std::vector<std::size_t> tops;                      // tops[n]: the pair that ends the best sequence of n + 1
  std::vector<std::size_t> previous(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto top = std::lower_bound(tops.begin(), tops.end(), pairs[i].before,
                                      [&](std::size_t t, std::size_t value) { return pairs[t].before < value; });
    previous[i] = top == tops.begin() ? pairs.size() : *(top - 1);
    if (top == tops.end()) tops.push_back(i);
    else *top = i;
  }
  std::vector<Pair> chain;
  for (std::size_t at = tops.empty() ? pairs.size() : tops.back(); at < pairs.size(); at = previous[at]) {
    chain.push_back(pairs[at]);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::size_t common_head(Chunks before, Chunks after) {
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t count = 0;
  while (count < most && before[count].id == after[count].id) ++count;
  return count;
}

std::size_t common_tail(Chunks before, Chunks after) {
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t count = 0;
  while (count < most && before[before.size() - 1 - count].id == after[after.size() - 1 - count].id) ++count;
  return count;
}

}  // namespace

std::vector<ChunkRun> align_chunks(Chunks before, Chunks after) {
  const std::size_t head = common_head(before, after);
  const std::size_t tail = common_tail(before.subspan(head), after.subspan(head));
  std::vector<ChunkRun> runs;
  if (head > 0) runs.push_back({0, 0, head});
  std::size_t before_end = head, after_end = head;  // of the last run
  for (const Pair& pair : longest_ascending(unique_pairs(before, after, head, tail))) {
    if (pair.before < before_end || pair.after < after_end) continue;  // the run before has grown over it
    const std::size_t back = common_tail(before.subspan(before_end, pair.before - before_end),
                                         after.subspan(after_end, pair.after - after_end));
    const std::size_t ahead = common_head(before.subspan(pair.before, before.size() - tail - pair.before),
                                          after.subspan(pair.after, after.size() - tail - pair.after));
    runs.push_back({pair.before - back, pair.after - back, back + ahead});
    before_end = pair.before + ahead;
    after_end = pair.after + ahead;
  }
  if (tail > 0) runs.push_back({before.size() - tail, after.size() - tail, tail});
  return runs;
}

}  // namespace vstore
