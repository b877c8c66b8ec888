#include "store/open_checks.h"

#include <unistd.h>

#include "os/fs.h"
#include "vstore/error.h"

namespace vstore {

StorePaths store_paths(std::string directory) {
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  return {std::move(directory)};
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void check_is_store(os::Fs& fs, const StorePaths& paths) {
  if (fs.stat(paths.format()) || (fs.stat(paths.packs()) && fs.stat(paths.tmp()))) return;
  throw Error(ErrorCode::usage, "'" + paths.directory + "' is not a vstore store",
              "make one with 'vstore init', or name another with --store");
}

void check_owner(os::Fs& fs, const StorePaths& paths, const StoreOptions& options) {
  if (options.allow_other_owner) return;
  const auto info = fs.stat(paths.directory);
  if (!info || info->owner == ::geteuid()) return;
  throw Error(
      ErrorCode::refused,
      "store '" + paths.directory + "' is owned by another user (uid " + std::to_string(info->owner) + ")",
      "if you trust it, add it to safe.directory");
}

}  // namespace vstore
