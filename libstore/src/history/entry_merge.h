// history/entry_merge.h - one path on which both sides differ from the base and from each other.
#pragma once

#include <optional>
#include <string>

#include "tree/merge_walk.h"
#include "vstore/merge.h"

namespace vstore {

/// What becomes of the path. Without a reason there is no conflict.
struct EntryMerge {
  std::optional<Entry> file;                ///< at the path
  std::optional<Entry> other;               ///< to be kept beside it, under another name
  std::optional<ConflictReason> reason;
  bool merged_text = false;
};

/// `depth` > 0: the result is a base for another merge. No one will resolve its conflicts: what can't be
/// merged by lines stays what it was, and markers are longer, to tell them from the outer ones.
EntryMerge merge_entries(const ObjectReader& reader, ObjectWriter& writer, const MergeItem& item,
                         const MergeOptions& options, unsigned depth);

}  // namespace vstore
