// store/empty_tree.h - the one object that is in every store without being stored: the root of the empty map.
#pragma once

#include "tree/node_format.h"
#include "vstore/tree.h"

namespace vstore {

inline bool is_empty_tree(const Id& id) { return id == empty_tree_id(); }

inline ByteView empty_tree_bytes() noexcept {
  static constexpr std::uint8_t bytes[] = {tree_format::kVersion, 0, 0};  // level 0, no entries
  return bytes;
}

}  // namespace vstore
