// store/switch_root.h - the last steps of every publish: packs into place, then the slot.
#pragma once

#include <functional>
#include <vector>

#include "store/new_objects.h"
#include "store/recover.h"

namespace vstore {

/// The root after `current` with nothing changed yet but its generation, predecessor and nonce.
Root successor(Store::Impl& store, const Snapshot::State& current);

/// A root that is about to be published, in its carrier.
struct Sealed {
  LoadedRoot root;
  Bytes blob;
  std::unique_ptr<PrivatePack> second;  ///< only when the blob is too large to lie beside the slot
};

/// Finishes `carrier` with `next` in its footer. Nothing is visible yet.
Sealed seal(os::Fs& fs, const StorePaths& paths, Root next, PrivatePack& carrier);

/// Renames the carrier and the already finished packs of `bulk` into packs/, syncs, and writes the slot that
/// does not hold the current root. Returns when that is durable.
///
/// Throws `io` as it comes as long as nothing is published for certain; after that point an error says
/// "outcome unknown", unless recovery shows at once that the root was published after all (rule 14).
///
/// `tell` is called when the root is durable, before the mark is clean again; false leaves the mark blank.
void switch_root(Store::Impl& store, PublishLock& lock, const Current& current, const Sealed& sealed,
                 PrivatePack& carrier, const std::vector<std::unique_ptr<PrivatePack>>& bulk,
                 const std::function<bool()>& tell = {});

/// Seals first. `next` lists the bulk packs already; the carrier needs no mention.
inline void switch_root(Store::Impl& store, PublishLock& lock, const Current& current, Root next,
                        PrivatePack& carrier, const std::vector<std::unique_ptr<PrivatePack>>& bulk,
                        const std::function<bool()>& tell = {}) {
  const Sealed sealed = seal(store.fs, store.paths, std::move(next), carrier);
  switch_root(store, lock, current, sealed, carrier, bulk, tell);
}

}  // namespace vstore
