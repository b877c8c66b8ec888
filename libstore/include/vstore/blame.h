// vstore/blame.h - which commit each line of a text file comes from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vstore/store.h"

namespace vstore {

struct BlamedLine {
  Id commit;                      ///< the one that brought the line
  std::uint64_t original_number;  ///< of the line there, from 1
  std::shared_ptr<const std::string> path;  ///< of the file there
  bool boundary = false;          ///< the commit has no parents
};

struct Blame {
  std::string text;               ///< the file
  std::vector<BlamedLine> lines;  ///< one for each
};

/// Follows each line from `commit` to the ancestor that brought it, through renames of the whole file. A line of a
/// merge comes from the first parent that has it. Throws `not_found` if the path is no file, `refused` if it is binary.
/// Costs a comparison for each version of the file, and one look-up for each commit that left it alone.
Blame blame_file(const Snapshot& snapshot, const Id& commit, const std::string& path);

}  // namespace vstore
