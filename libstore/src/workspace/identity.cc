// An id belongs to the place where it was given: a path, and the inode of the `.vstore` there. Neither is enough.
// Inodes change with a remount (network and overlay file systems, containers), and are the same in a snapshot of a
// whole file system; paths change with a move. So
//
//  1. At the path where the id was given it is kept, whatever the inode: remounted, or restored from a backup.
//  2. At another path it is given up if a workspace with the same id is found at the first one, unless both are
//     the same directory (a bind mount): then this is a copy.
//  3. If nothing is there, the same inode means moved: the id is kept. Another inode may be a copy whose original is
//     out of sight: the id is given up, which loses nothing, as the refs are copied with it (moment.h).
//
// Of two directories with one id, one at most is at the path where it was given; by 2 the other gives it up.
#include "workspace/identity.h"

#include "vstore/error.h"

namespace vstore {
namespace {

std::optional<os::FileStat> stat_metadata(os::Fs& fs, const std::string& root) { return fs.stat(root + "/.vstore"); }

/// The id of the workspace there; empty if there is none, or none that can be read.
std::string id_at(os::Fs& fs, const std::string& root) try {
  const auto metadata = read_workspace_metadata(fs, root + "/.vstore");
  return metadata ? metadata->id : std::string();
} catch (const Error&) {
  return {};
}

}  // namespace

bool is_copy(os::Fs& fs, const std::string& root, const WorkspaceMetadata& metadata) {
  if (root == metadata.root) return false;
  const auto here = stat_metadata(fs, root);
  if (!here || here->inode == 0) return false;
  if (!metadata.root.empty() && id_at(fs, metadata.root) == metadata.id) {
    const auto there = stat_metadata(fs, metadata.root);
    return !there || there->inode != here->inode || there->device != here->device;
  }
  return here->inode != metadata.inode;
}

void claim_id(os::Fs& fs, const std::string& root, WorkspaceMetadata& metadata) {
  const auto here = stat_metadata(fs, root);
  metadata.root = root;
  metadata.inode = here ? here->inode : 0;
}

}  // namespace vstore
