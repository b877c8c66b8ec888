// store/open_checks.h - what is looked at before a store's files are believed.
#pragma once

#include "store/format.h"
#include "vstore/store.h"

namespace vstore {

/// The paths of a store in `directory`, however many slashes it ends in.
StorePaths store_paths(std::string directory);
/// The directory that holds `path`.
std::string parent_of(const std::string& path);

/// Throws `usage` if there is no store: neither a file `format` nor what else makes one.
void check_is_store(os::Fs& fs, const StorePaths& paths);

/// A store that somebody else owns could have been prepared to mislead (git's safe.directory): `refused`.
void check_owner(os::Fs& fs, const StorePaths& paths, const StoreOptions& options);

}  // namespace vstore
