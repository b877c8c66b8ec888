// os/beneath.h - resolving a relative path below a directory without leaving it.
#pragma once

#include <string>

#include "os/unique_fd.h"

namespace vstore::os {

/// Opens `relative` below `directory` with O_CLOEXEC, following no symlink in any component and refusing
/// "..", absolute paths and mount-point magic. Invalid on failure, with errno: ELOOP for a symlink,
/// EXDEV for an attempt to leave, else as open(2).
UniqueFd resolve_beneath(int directory, const std::string& relative, int flags, unsigned mode = 0);

/// The same, one component at a time with O_NOFOLLOW: for kernels without openat2 (before 5.6) and for
/// sandboxes that forbid it. Exposed so that a test makes the two agree.
UniqueFd resolve_stepwise(int directory, const std::string& relative, int flags, unsigned mode = 0);

}  // namespace vstore::os
