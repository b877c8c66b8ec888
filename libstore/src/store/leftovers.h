// store/leftovers.h - files that no root needs any more, and when they may go (protocol.md rules 2 and 4).
#pragma once

#include <string>
#include <vector>

#include "store/publish_lock.h"
#include "store/store_impl.h"

namespace vstore {

struct Leftover {
  std::string path;
  std::uint64_t size = 0;
};

/// Temporary packs whose writer is gone. Under the publish lock only.
std::vector<Leftover> ownerless_temporaries(Store::Impl& store);
/// Packs in packs/ that `root` neither has among its live packs nor has condemned. Under the publish lock only.
std::vector<Leftover> unnamed_packs(Store::Impl& store, const LoadedRoot& root);
/// The condemned packs of `root` that are still there.
std::vector<Leftover> condemned_packs(Store::Impl& store, const LoadedRoot& root);

/// Makes both slots hold the newest root, durably: what it condemned is then named by no slot.
void settle_both_slots(Store::Impl& store, PublishLock& lock);

void unlink_all(Store::Impl& store, const std::vector<Leftover>& files);

}  // namespace vstore
