// cli/listing.h - directories of versions: finding one, and what stands in it. A snapshot is one map of full
// paths; directories are what their keys have in common.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vstore/revision.h"
#include "vstore/tree.h"

namespace vstore::cli {

class Context;

/// A file or directory of a version.
struct Place {
  Id root;                     ///< the snapshot's root
  std::string path;            ///< from there, without '/' at its end; "" is the root
  std::optional<Entry> file;   ///< absent: a directory

  /// What the keys below the directory begin with.
  std::string prefix() const { return path.empty() ? "" : path + "/"; }
};

/// REV, REV:PATH, or a path alone, which means it in HEAD. Throws Error(not_found).
Place find_place(Context& context, const Snapshot& snapshot, const std::string& argument);

struct ListedItem {
  std::string_view path;         ///< full path, without '/' at the end
  std::optional<Entry> entry;    ///< absent: a directory
};

/// What stands in a directory, in the order of full paths. Costs O(depth) for each sub-directory, however
/// much is below it; with `recursive`, all files below instead. Stops when `visit` returns false.
void list_directory(const Tree& tree, const std::string& prefix, bool recursive,
                    const std::function<bool(const ListedItem&)>& visit);

/// Files below a directory and their bytes; an entry that says "empty directory" is none.
Totals totals_below(const Tree& tree, const std::string& prefix);

}  // namespace vstore::cli
