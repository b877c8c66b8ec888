// cli/revision_args.h - any number of revisions and ranges, then paths: the arguments of log, show and diff.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vstore/revision.h"

namespace vstore::cli {

class Context;

struct RevisionArguments {
  std::vector<std::string> revisions;  ///< as typed: REV, ^REV, A..B, A...B
  std::vector<std::string> paths;      ///< from the dataset's root
};

/// As git does it: what stands before `--` is revisions. Without `--`, arguments are revisions up to the
/// first that is none; that one and all after it must be paths. Throws Error: usage if one could be either,
/// not_found if it is neither.
RevisionArguments split_revisions(Context& context, const std::vector<std::string>& arguments, bool dashes,
                                  const std::vector<std::string>& after);

/// What the user typed, as a path from the dataset's root ("" for the root): relative to the current
/// directory in a workspace, to the root in a store alone.
std::string dataset_path(Context& context, const std::string& argument);

/// REV of REV^@, REV^! and REV^-N, which name sets of commits by their parents; nullopt for anything else.
std::optional<std::string> revision_of_parents(const std::string& argument);

}  // namespace vstore::cli
