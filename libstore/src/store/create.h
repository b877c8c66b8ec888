// store/create.h - making a new store.
#pragma once

#include <string_view>

#include "store/store_impl.h"

namespace vstore {

/// Writes a new store and publishes generation 1; see Store::create.
StoreFormat create_store(os::Fs& fs, const StorePaths& paths, const StoreOptions& options,
                         std::string_view initial_branch);

/// Makes a directory and what is missing above it, each durable in its parent.
void make_directory_durable(os::Fs& fs, const std::string& path);

}  // namespace vstore
