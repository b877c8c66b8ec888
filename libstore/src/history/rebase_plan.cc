// history/rebase_plan.cc - which commits a rebase takes along.
//
// Git leaves out a commit whose patch an upstream commit has too. Here a change is known by the paths it touches and
// by the contents before and after, which costs no look at the contents; a patch that is equal but was made to other
// contents is found later, when picking it changes nothing.
#include <algorithm>
#include <set>

#include "vstore/history.h"
#include "vstore/pick.h"

namespace vstore {
namespace {

/// A change, as bytes: equal for commits that did the same to the same contents.
std::string change_key(const Snapshot& snapshot, const Commit& commit) {
  std::string key;
  const auto add = [&](const std::optional<Entry>& entry) {
    key += entry ? std::to_string(static_cast<int>(entry->kind)) + entry->id.hex() : "-";
    key += '\n';
  };
  TreeDiff diff(snapshot.tree(snapshot.commit(commit.parents.front()).tree), snapshot.tree(commit.tree));
  while (const auto change = diff.next()) {
    key += change->key + '\0';
    add(change->before);
    add(change->after);
  }
  return key;
}

std::vector<LogEntry> own_commits(const Snapshot& snapshot, const Id& of, const Id& without) {
  LogOptions options;
  options.set.include = {of};
  options.set.exclude = {without};
  options.topo_order = true;
  options.merges = false;
  LogWalk walk(snapshot, options);
  std::vector<LogEntry> commits;
  while (auto entry = walk.next()) commits.push_back(std::move(*entry));
  return commits;
}

}  // namespace

RebasePlan plan_rebase(const Snapshot& snapshot, const Id& upstream, const Id& branch) {
  RebasePlan plan;
  std::vector<LogEntry> ours = own_commits(snapshot, branch, upstream);
  std::reverse(ours.begin(), ours.end());
  std::set<std::string> theirs;
  if (!ours.empty()) {
    for (const LogEntry& entry : own_commits(snapshot, upstream, branch)) {
      if (!entry.commit.parents.empty()) theirs.insert(change_key(snapshot, entry.commit));
    }
  }
  theirs.erase("");  // commits that change nothing are not one another's copies
  for (const LogEntry& entry : ours) {
    const bool there = !entry.commit.parents.empty() && theirs.contains(change_key(snapshot, entry.commit));
    (there ? plan.skipped : plan.commits).push_back(entry.id);
  }
  return plan;
}

}  // namespace vstore
