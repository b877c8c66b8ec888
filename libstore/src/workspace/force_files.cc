#include "workspace/force_files.h"

#include "workspace/apply_files.h"
#include "workspace/disk_check.h"
#include "workspace/remove_files.h"
#include "workspace/scan.h"
#include "workspace/work_compare.h"

namespace vstore {
namespace {

void remove_directory_tree(const os::Dir& top, const std::string& directory) {
  ScanOptions options;
  options.prefixes = {directory};
  options.threads = 1;
  std::vector<std::string> paths;
  {
    Scan scan(top, options);
    while (const ScanItem* item = scan.next()) {
      if (!item->problem) paths.emplace_back(item->path);
    }
  }
  std::vector<PathProblem> problems;
  remove_files(top, paths, problems);
  throw_first(problems);
}

/// What `from` tracks and `to` lacks. A stage that cannot be read tracks nothing: its files stay, and a hard reset
/// leads out of that state.
std::vector<std::string> paths_gone(const ObjectReader& reader, const Id& from, const Id& to) try {
  std::vector<std::string> paths;
  TreeDiff diff(Tree(reader, from), Tree(reader, to));
  while (auto change = diff.next()) {
    if (!change->after) paths.push_back(std::move(change->key));
  }
  return paths;
} catch (const Error& error) {
  if (error.code() != ErrorCode::damaged) throw;
  return {};  // damage of `to` is met again by whoever writes it
}

}  // namespace

void clear_the_way(Workspace::Impl& ws, const std::vector<std::string>& paths) {
  const os::Dir top = os::Dir::open(ws.root);
  DiskCheck disk(ws, top);
  for (const std::string& path : paths) {
    if (path.ends_with('/')) continue;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      const std::string parent = path.substr(0, slash);
      const auto stat = disk.stat(parent);
      if (!stat) break;
      if (stat->type == os::FileType::directory) continue;
      std::vector<PathProblem> problems;
      remove_files(top, {parent}, problems);
      throw_first(problems);
    }
    const auto stat = disk.stat(path);
    if (stat && stat->type == os::FileType::directory) remove_directory_tree(top, path);
  }
}

CheckoutResult force_files(Workspace::Impl& ws, const ObjectReader& reader, const Id& from, const Id& to) {
  const std::vector<std::string> removals = paths_gone(reader, from, to);
  std::vector<WriteItem> writes;
  std::vector<std::string> written_paths;
  WorkCompareOptions options;
  options.untracked = false;
  const auto take = [&](WorkDifference&& difference) {
    if (!difference.before) return;
    written_paths.push_back(difference.path);
    writes.push_back({std::move(difference.path), *difference.before, true});
  };
  std::vector<PathProblem> problems;
  compare_workspace(ws, Tree(reader, to), options, take, problems);
  clear_the_way(ws, written_paths);
  CheckoutResult result = apply_files(ws, reader, removals, std::move(writes));
  result.problems.insert(result.problems.end(), problems.begin(), problems.end());
  return result;
}

CheckoutResult take_back_files(Workspace::Impl& ws, const ObjectReader& reader, const Id& files, const Id& to) {
  std::vector<std::string> removals, written_paths;
  std::vector<WriteItem> writes;
  TreeDiff diff(Tree(reader, files), Tree(reader, to));
  while (auto change = diff.next()) {
    if (!change->after) {
      removals.push_back(std::move(change->key));
      continue;
    }
    written_paths.push_back(change->key);
    writes.push_back({std::move(change->key), *change->after, true});
  }
  clear_the_way(ws, written_paths);
  return apply_files(ws, reader, removals, std::move(writes));
}

}  // namespace vstore
