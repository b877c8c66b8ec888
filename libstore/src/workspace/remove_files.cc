#include "workspace/remove_files.h"

#include "vstore/names.h"
#include "workspace/dir_stack.h"

namespace vstore {
namespace {

/// Removes `directory` and its parents as long as they are empty.
void prune(const os::Dir& top, std::string directory) {
  while (!directory.empty()) {
    const auto [parent, name] = split_path(directory);
    const auto dir = top.open_beneath(std::string(parent));
    if (!dir || !dir->remove_directory(std::string(name))) return;
    directory = std::string(parent);
  }
}

}  // namespace

std::uint64_t remove_files(const os::Dir& top, const std::vector<std::string>& paths,
                           std::vector<PathProblem>& problems) {
  std::uint64_t removed = 0;
  DirStack dirs(top);
  std::string last_parent;
  // Backwards, so that a directory's children go before their parents' turn comes to be pruned.
  for (auto it = paths.rbegin(); it != paths.rend(); ++it) {
    if (!path_problem(*it).empty()) continue;  // of a hostile snapshot: no file was ever written there
    const bool directory = it->ends_with('/');
    const auto [parent, name] = split_path(std::string_view(*it).substr(0, it->size() - directory));
    if (parent != last_parent) {
      prune(top, last_parent);
      last_parent = parent;
    }
    try {
      const auto dir = dirs.open(parent, false);
      if (!dir) continue;
      removed += directory ? dir->remove_directory(std::string(name)) : dir->unlink(std::string(name));
    } catch (const Error& error) {
      problems.push_back({*it, error.what(), error.code()});
    }
  }
  prune(top, last_parent);
  return removed;
}

}  // namespace vstore
