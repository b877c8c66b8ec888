// store/backup_origin.h - the file `origin` of a backup: what it is a backup of.
#pragma once

#include <optional>
#include <string>

#include "os/fs.h"
#include "store/format.h"

namespace vstore {

struct BackupOrigin {
  std::string store_id;  ///< of the source, 32 hex digits
  Id operation;          ///< newest of the state that was copied last; null: none yet
  friend bool operator==(const BackupOrigin&, const BackupOrigin&) = default;
};

/// nullopt if there is none; `damaged` if it is not what write_origin() writes.
std::optional<BackupOrigin> read_origin(os::Fs& fs, const StorePaths& paths);
/// Replaces it, durably. The directory must exist.
void write_origin(os::Fs& fs, const StorePaths& paths, const BackupOrigin& origin);

}  // namespace vstore
