// history/changes.h - a difference of two maps as people speak of it.
#pragma once

#include "vstore/history.h"
#include "vstore/tree.h"

namespace vstore {

/// Added, deleted, type_changed (one side is a symlink) or modified.
ChangeStatus status_of(const std::optional<Entry>& before, const std::optional<Entry>& after);

/// With both paths filled in as `Change` says; no rename detection.
Change as_change(TreeChange&& difference);

}  // namespace vstore
