// history/renames.h - recognising that a file which went and a file which came are one file, renamed.
#pragma once

#include <vector>

#include "vstore/history.h"

namespace vstore {

/// Joins additions with deletions in `changes` (in path order, and so left): equal contents first, then
/// alike contents under the same file name, then whatever is most alike. Contents that are not equal are
/// only compared among files and executables, and the last step only if there are no more pairs than
/// the square of `rename_candidates_max`.
void find_renames(const ObjectReader& reader, const CompareOptions& options, std::vector<Change>& changes);

}  // namespace vstore
