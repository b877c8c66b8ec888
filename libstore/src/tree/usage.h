// tree/usage.h - what callers of the builder and the editor may not do, as `usage` errors.
#pragma once

#include <string_view>

#include "vstore/tree.h"

namespace vstore {

/// Throws unless the entry may stand in a tree at all.
void demand_entry(std::string_view key, const Entry& entry);
/// Throws unless `key` may be a key at all.
void demand_key(std::string_view key);
/// Throws unless previous < key.
void demand_ascending(std::string_view previous, std::string_view key);
/// `upper` is a '/'-prefix of `lower`, and both would be keys.
[[noreturn]] void fail_path_conflict(std::string_view upper, std::string_view lower);

}  // namespace vstore
