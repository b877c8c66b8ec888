// tree/name_rule.h - what a key of a tree may be called, as docs/format/tree.md has it.
#pragma once

#include <string>
#include <string_view>

#include "vstore/tree.h"

namespace vstore {

inline bool is_ref(Kind kind) noexcept { return kind >= Kind::ref_commit; }

/// Empty if an entry of this kind may have this name (not empty), by the rules for refs or for paths in a
/// snapshot (vstore/names.h); else what is wrong with it.
std::string name_fault(std::string_view key, Kind kind);

}  // namespace vstore
