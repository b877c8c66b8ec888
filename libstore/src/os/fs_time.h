// os/fs_time.h - the clock of a file system, and how fine it is.
//
// A file that is changed twice within one tick of its file system's clock, without changing size, looks
// the same after the second change as after the first. Two facts let a cache know when that is
// impossible:
//
// - *fs_now()*: the time the file system gives to a file created now. A change made after that call gets
//   a time not older, so whatever has an older one was last changed before.
// - *Fine-grained times.* Linux 6.13 and later (multigrain timestamps; ext4, xfs, btrfs, tmpfs) gives a
//   file a new time for the first change after its times were asked for with statx. So if statx answers
//   the same ctime twice, the file was not changed in between, however fast one is.
#pragma once

#include <cstdint>

#include "os/dir.h"

namespace vstore::os {

/// Nanoseconds since 1970, by the clock of the file system that holds `directory`; creates and removes
/// a small file in it. The clock may lag behind the system's by a tick (up to 10 ms; 2 s on FAT).
std::int64_t fs_now(const Dir& directory);

/// True if changes of files on this file system get distinct times as described above: the file system is
/// one of those that promise it, and a probe file in `directory` confirms it.
bool has_fine_grained_times(const Dir& directory);

/// True if the file system that holds `directory` is known to change the times of a directory whenever a name
/// is added to it, removed from it or renamed in it. Not all do: some network and user-space file systems
/// don't, or tell late.
bool keeps_directory_times(const Dir& directory);

}  // namespace vstore::os
