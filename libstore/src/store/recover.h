// store/recover.h - what the holder of the publish lock builds on.
#pragma once

#include "store/store_impl.h"

namespace vstore {

/// The state that the next root succeeds, and the slot that holds it. If the mark in the lock file does not
/// vouch for it, whatever the last holder left behind is first made durable, repaired and tidied (protocol.md
/// rules 6 and 7).
struct Current {
  std::shared_ptr<const Snapshot::State> state;
  int holder = 0;
  bool recovered = false;  ///< the mark did not vouch: what was published last may not have been told yet
};
Current current_under_lock(Store::Impl& store, PublishLock& lock);

/// The repair by itself: used where it is known that something went wrong. `mark`: with a clean mark at the
/// end.
Current recover(Store::Impl& store, PublishLock& lock, bool mark = true);

}  // namespace vstore
