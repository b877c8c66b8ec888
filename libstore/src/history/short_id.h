// history/short_id.h - finding an object by the beginning of its id.
#pragma once

#include <optional>
#include <string_view>

#include "vstore/store.h"

namespace vstore {

/// What the object must lead to.
enum class IdWanted {
  anything,
  commit,  ///< a commit, or a tag of one
  tree,    ///< a commit, a tree, or a tag of one
  tag,     ///< an annotated tag
};

/// The object whose id begins with `text` (4 hex digits or more); nullopt if `text` is no beginning of
/// an id or there is none. Several that fit: those that lead to what is wanted count. Still several:
/// `usage`, and the hint lists them.
std::optional<Id> find_short_id(const Snapshot& snapshot, std::string_view text, IdWanted wanted);

}  // namespace vstore
