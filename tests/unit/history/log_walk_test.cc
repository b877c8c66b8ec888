// Logs of random histories, in the order and with the choice of commits that git has.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "unit/history/random_history.h"
#include "vstore/error.h"
#include "vstore/history.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// A log, as options for us and as words for git.
struct Query {
  std::vector<std::string> revisions;
  LogOptions options;
  std::string words;  // options for git
  std::string paths;  // for git, after "--"
};

Query random_query(Random& random, const RandomHistory& history) {
  Query query;
  const auto some = [&] { return RandomHistory::name(random.below(history.size())); };
  query.revisions.push_back(RandomHistory::name(history.size() - 1 - random.below(5)));
  if (random.chance(40)) query.revisions.push_back(some());
  if (random.chance(40)) query.revisions.push_back("^" + some());
  if (random.chance(15)) query.revisions.push_back(some() + ".." + some());
  if (random.chance(15)) query.revisions.push_back(some() + "..." + some());
  LogOptions& options = query.options;
  if ((options.topo_order = random.chance(50))) query.words += " --topo-order";
  if ((options.first_parent = random.chance(15))) query.words += " --first-parent";
  const auto some_time = [&] { return history.times[random.below(history.size())]; };
  if (random.chance(15)) query.words += " --since=@" + std::to_string(*(options.since = some_time()));
  if (random.chance(15)) query.words += " --until=@" + std::to_string(*(options.until = some_time()));
  if (random.chance(10)) query.words += " --author=" + *(options.author = "Ann");
  if (random.chance(10))
    query.words += " --extended-regexp --grep='" + *(options.grep = "^c.*[02468]$") + "'";
  if (random.chance(10)) query.words += *(options.merges = random.chance(50)) ? " --merges" : " --no-merges";
  static const std::vector<std::vector<std::string>> kPaths = {
      {"a"}, {"b"}, {"b/"}, {"b/z"}, {"a", "c.txt"}, {"b/x", "b"}, {"."}, {"nothing"}};
  if (random.chance(50)) options.paths = kPaths[random.below(kPaths.size())];
  for (const std::string& path : options.paths) query.paths += " " + path;
  return query;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

std::string subject(const Commit& commit) { return commit.message.substr(0, commit.message.find('\n')); }

std::vector<LogEntry> all_of(LogWalk walk) {
  std::vector<LogEntry> all;
  while (auto entry = walk.next()) all.push_back(*std::move(entry));
  return all;
}

std::vector<LogEntry> log(const RandomHistory& history, Query query) {
  query.options.set = resolve_set(*history.snapshot, {}, query.revisions);
  return all_of(LogWalk(*history.snapshot, query.options));
}

/// "c9: c8 c7" for each line of git's log, only with parents that are in the log themselves.
std::vector<std::string> git_graph(const RandomHistory& history, const std::string& arguments) {
  std::vector<std::vector<std::string>> rows;
  std::map<std::string, std::string> names;
  for (const std::string& line : history.git.lines("log --parents --format='%H %P %s' " + arguments)) {
    std::istringstream words(line);
    std::vector<std::string> row;
    for (std::string word; words >> word;) row.push_back(word);
    names[row.front()] = row.back();
    row.pop_back();
    rows.push_back(row);
  }
  std::vector<std::string> all;
  for (const auto& row : rows) {
    std::string text = names[row.front()] + ":";
    std::set<std::string> seen;
    for (std::size_t i = 1; i < row.size(); ++i) {
      if (names.contains(row[i]) && seen.insert(row[i]).second) text += " " + names[row[i]];
    }
    all.push_back(text);
  }
  return all;
}

std::vector<std::string> our_graph(const std::vector<LogEntry>& entries) {
  std::map<Id, std::string> names;
  for (const LogEntry& entry : entries) names[entry.id] = subject(entry.commit);
  std::vector<std::string> all;
  for (const LogEntry& entry : entries) {
    std::string text = names[entry.id] + ":";
    for (const Id& parent : entry.shown_parents) text += " " + names.at(parent);
    all.push_back(text);
  }
  return all;
}

/// Which side of a merge counts as excluded is known to git as far as it happens to have read the history:
/// that depends on the order of arguments where commits are of the same second, and on A...B having looked
/// for merge bases. So some simplified histories are not comparable.
bool is_accidental(const RandomHistory& history, const Query& query) {
  if (query.options.paths.empty()) return false;
  if (joined(query.revisions).find("...") != std::string::npos) return true;
  const std::set<std::int64_t> times(history.times.begin(), history.times.end());
  return times.size() < history.times.size() &&
         !resolve_set(*history.snapshot, {}, query.revisions).exclude.empty();
}

void compare_with_git(Random& random, const RandomHistory& history, int queries) {
  for (int i = 0; i < queries; ++i) {
    const Query query = random_query(random, history);
    const std::string arguments = query.words + " " + joined(query.revisions) + " --" + query.paths;
    CAPTURE(arguments);
    if (is_accidental(history, query)) continue;
    const std::vector<LogEntry> ours = log(history, query);
    std::vector<std::string> subjects;
    for (const LogEntry& entry : ours) subjects.push_back(subject(entry.commit));
    REQUIRE(joined(subjects) == joined(history.git.lines("log --format=%s " + arguments)));
    if (query.options.topo_order && !query.options.first_parent) {
      CHECK(our_graph(ours) == git_graph(history, arguments));
    }
  }
}

}  // namespace

TEST_CASE("logs of random histories are git's") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  for (const Clocks clocks : {Clocks::distinct, Clocks::with_ties, Clocks::going_backwards}) {
    CAPTURE(static_cast<int>(clocks));
    for (int round = 0; round < 2; ++round) {
      const RandomHistory history(random, 20 + random.below(60), clocks);
      if (!history.git.works()) return;
      compare_with_git(random, history, 30);
    }
  }
}
