// workspace/disk_check.h - is what lies on disk at one path what the store thinks?
#pragma once

#include <optional>
#include <string>

#include "os/dir.h"
#include "vstore/tree.h"
#include "workspace/dir_stack.h"
#include "workspace/workspace_impl.h"

namespace vstore {

/// The kind of entry that a file, symlink or directory on disk would be.
inline Kind kind_on_disk(const os::EntryStat& stat) {
  if (stat.type == os::FileType::directory) return Kind::empty_directory;
  if (stat.type == os::FileType::symlink) return Kind::symlink;
  return stat.mode & 0100 ? Kind::executable : Kind::file;
}

/// Asked in ascending path order it is fastest. One thread.
class DiskCheck {
 public:
  DiskCheck(Workspace::Impl& ws, const os::Dir& top) : ws_(ws), top_(top), dirs_(top) {}

  /// What is there; nullopt: nothing (or a parent is missing, or is no directory).
  std::optional<os::EntryStat> stat(std::string_view path);
  /// True if the file there has exactly this kind and content. Hashes only if the stat cache can't tell.
  bool equals(const std::string& path, const os::EntryStat& stat, const Entry& entry);
  /// True if the file there is a part, from the front, of the entry's content: what a checkout that was
  /// cut short may leave behind.
  bool is_prefix_of(const std::string& path, const os::EntryStat& stat, const Entry& entry, const ObjectReader& reader);

 private:
  Workspace::Impl& ws_;
  const os::Dir& top_;
  DirStack dirs_;
};

}  // namespace vstore
