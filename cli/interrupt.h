// cli/interrupt.h - Ctrl-C: operations that can be cancelled end cleanly, everything else ends at once.
#pragma once

namespace vstore::cli {

/// From now on the first SIGINT or SIGTERM only sets a flag that Progress::cancelled() tells to the library;
/// the second one ends the process as usual.
void arm_interrupt();
/// Back to ending at once.
void disarm_interrupt();
/// True if a signal came while armed.
bool interrupted() noexcept;

}  // namespace vstore::cli
