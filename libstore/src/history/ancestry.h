// history/ancestry.h - merge bases of commits that are not all stored.
#pragma once

#include <vector>

#include "vstore/id.h"
#include "vstore/object.h"

namespace vstore {

/// As merge_bases() of vstore/history.h.
std::vector<Id> merge_bases_of(const ObjectReader& reader, const Id& a, const Id& b);

}  // namespace vstore
