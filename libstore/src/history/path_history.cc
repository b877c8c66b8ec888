// history/path_history.cc - the values of a path: a walk over the commit cache, in which the filters rule out nearly
// every commit that left the path alone; the trees of the others are asked.
#include "vstore/path_history.h"

#include <algorithm>

#include "history/commit_cache.h"
#include "history/path_set.h"

namespace vstore {
namespace {

class Values {
 public:
  Values(const Snapshot& snapshot, const std::string& path) : snapshot_(snapshot), path_(path), set_({path}) {}

  /// True if the commit's value is none of its parents'.
  bool is_new(const CommitCache& commits, std::uint32_t n) const {
    const Tree tree = snapshot_.tree(commits.tree(n));
    if (commits.parents(n).empty()) return set_.differ(snapshot_.tree(empty_tree_id()), tree);
    return std::all_of(commits.parents(n).begin(), commits.parents(n).end(), [&](std::uint32_t parent) {
      return set_.differ(snapshot_.tree(commits.tree(parent)), tree);
    });
  }

  PathValue value(const Id& id) const {
    PathValue value{id, snapshot_.commit(id), std::nullopt, std::nullopt};
    const Tree tree = snapshot_.tree(value.commit.tree);
    if (!path_.empty()) value.entry = tree.get(path_);
    if (path_.empty()) value.directory = tree.totals();
    else if (!value.entry && tree.has_directory(path_)) value.directory = tree.totals_prefix(path_ + "/");
    return value;
  }

 private:
  const Snapshot& snapshot_;
  const std::string path_;
  const PathSet set_;
};

}  // namespace

std::vector<PathValue> path_history(const Snapshot& snapshot, const PathHistoryOptions& options, PathHistoryStats* stats) {
  CommitCache commits(snapshot);
  if (!options.cache_file.empty()) commits.load(os::real_fs(), options.cache_file);
  std::vector<std::uint32_t> pending;
  for (const Id& tip : options.tips) pending.push_back(commits.number_of(tip));
  if (!options.cache_file.empty()) commits.save(os::real_fs(), options.cache_file);

  const Values values(snapshot, options.path);
  const PathHash hash(options.path);
  const bool everything = options.path.empty();
  std::vector<bool> seen(commits.size());
  PathHistoryStats counts;
  counts.summarized = commits.added();
  std::vector<PathValue> found;
  while (!pending.empty()) {
    const std::uint32_t n = pending.back();
    pending.pop_back();
    if (seen[n]) continue;
    seen[n] = true;
    ++counts.commits;
    for (const std::uint32_t parent : commits.parents(n)) pending.push_back(parent);
    if (!everything && !commits.may_change(n, hash)) continue;
    ++counts.looked_up;
    if (values.is_new(commits, n)) found.push_back(values.value(commits.id(n)));
  }
  std::stable_sort(found.begin(), found.end(), [](const PathValue& a, const PathValue& b) {
    return a.commit.commit_time.seconds > b.commit.commit_time.seconds;
  });
  if (stats) *stats = counts;
  return found;
}

}  // namespace vstore
