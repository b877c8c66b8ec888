// vstore/import.h - taking contents in without a workspace: from a stream, a file, a whole directory, an archive.
//
// Everything goes through the pipeline that `add` uses: bounded memory, all processors, and what the store has
// already is not written again. The objects go to a transaction; what names them is the caller's business.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vstore/progress.h"
#include "vstore/store.h"
#include "vstore/tree.h"

namespace vstore {

/// Sequential bytes: fills the buffer and says how much of it; less than all of it is the end. Throws `io`.
using ContentSource = std::function<std::size_t(std::span<std::uint8_t>)>;

/// A regular file's entry with all that `bytes` gives. `size_hint` need not be right; `displaced`: the content that
/// stood in the same place, or null.
Entry import_content(Transaction& txn, const ContentSource& bytes, std::uint64_t size_hint = 0,
                     const Id* displaced = nullptr);

/// A file on disk, executable or not. `io` if it cannot be read or is something else, `lost_race` if it changes
/// meanwhile. A symlink is followed.
Entry import_file(Transaction& txn, const std::string& path, const Id* displaced = nullptr);

struct ImportOptions {
  Id before = empty_tree_id();  ///< a snapshot that is alike: what it has costs less
  unsigned threads = 0;
  Progress* progress = nullptr;
};

/// A snapshot of a directory: files, executables, symlinks and empty directories; `.vstore` at its top is left out,
/// nothing else is ignored. Throws at the first file that cannot be read, and for sockets and their kin.
Id import_directory(Transaction& txn, const std::string& directory, const ImportOptions& options = {});

/// A snapshot of what a tar archive holds (ustar, pax, GNU's long names), to its end; `.vstore` at its top is left out, of
/// two entries of one name the last counts. Throws `io` if it is malformed or ends early; `refused` for names that lead
/// outside or cannot stand in a snapshot, devices and their kin, links to what the archive does not have before them.
Id import_tar(Transaction& txn, const ContentSource& bytes, const ImportOptions& options = {});

}  // namespace vstore
