// Recovery, by the holder of the publish lock (protocol.md rules 6 and 7).
//
// 1. Nothing is built on a slot that may not be durable: everything is synced before it is believed.
// 2. A bad slot is rewritten before anything else is written, and said aloud.
// 3. A pack that carries a root which was never published is removed: it must not be taken for the newest
//    state's child later. Other leftovers are inert and stay for the collector.
// 4. Recovery may be interrupted anywhere and is then done again: the mark is blank until it is complete.
#include "store/recover.h"

#include "store/open_checks.h"
#include "store/pack_files.h"
#include "store/settle.h"

namespace vstore {
namespace {

/// A copied store's own name may not be durable. The directory above need not be ours, nor readable.
void sync_directory_above(Store::Impl& store) {
  try {
    store.fs.sync_directory(parent_of(store.paths.directory));
  } catch (const Error&) {
    if (store.fs.poisoned()) throw;
  }
}

void sync_all(Store::Impl& store) {
  store.root_file.sync();
  if (const auto format = store.fs.open_read(store.paths.format())) format->datasync();
  for (const PackName& name : packs_present(store.fs, store.paths)) {
    if (const auto file = store.fs.open_read(store.paths.pack(name))) file->datasync();
  }
  store.fs.sync_directory(store.paths.packs());
  store.fs.sync_directory(store.paths.directory);
  sync_directory_above(store);
}

/// A cut during the write of a slot may keep the slot and lose the blob beside it: it is stored twice again.
void mend_blobs(Store::Impl& store) {
  const TwoSlots slots = store.root_file.read_slots();
  for (const int position : {0, 1}) {
    const auto& slot = slots.at[static_cast<std::size_t>(position)];
    if (!slot || slot->root_size > blob_beside_max || store.root_file.read_blob(position, *slot)) continue;
    try {
      const LoadedRoot root = load_root(store.fs, store.paths, store.root_file, position, *slot);
      store.root_file.write_blob(position, encode(root.root));
      store.root_file.sync();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;  // the older slot's; it is written next
    }
  }
}

/// Writes the settled root into the bad slot; returns the slot that holds the newest root.
int mend(Store::Impl& store, const Settled& settled) {
  if (!settled.bad) return *settled.holder;
  const Bytes blob = encode(settled.root.root);
  store.root_file.write(*settled.bad, slot_for(settled.root, blob.size()), blob);
  store.root_file.sync();
  const std::string generation = std::to_string(settled.root.root.generation);
  store.warn(settled.holder
                 ? "a damaged slot of the store's root was rewritten; the state is generation " + generation
                 : "the newest slot of the store's root was damaged; generation " + generation +
                       " was rolled forward from the packs");
  return settled.holder.value_or(*settled.bad);
}

bool carries_root(Store::Impl& store, const PackName& name) {
  try {
    const auto pack = PackReader::open(store.fs, store.paths.pack(name));
    return pack && !pack->root_blob().empty();
  } catch (const Error&) {
    return false;  // not ours to judge here; it is named by nothing, and fsck reports it
  }
}

/// Durable when it matters: before the next slot is written, packs/ is synced.
void remove_unpublished(Store::Impl& store, const LoadedRoot& root) {
  const std::set<PackName> published = packs_named(root);
  for (const PackName& name : packs_present(store.fs, store.paths)) {
    if (!published.contains(name) && carries_root(store, name)) store.fs.unlink(store.paths.pack(name));
  }
}

}  // namespace

Current recover(Store::Impl& store, PublishLock& lock, bool mark) {
  lock.blank();
  sync_all(store);
  Settled settled = settle(store.fs, store.paths, store.root_file);
  const auto state = store.open(settled.root);
  const int holder = mend(store, settled);
  mend_blobs(store);
  remove_unpublished(store, settled.root);
  if (mark) lock.mark_clean(slot_for(settled.root, encode(settled.root.root).size()));
  return {state, holder, true};
}

Current current_under_lock(Store::Impl& store, PublishLock& lock) {
  const TwoSlots slots = store.root_file.read_slots();
  if (!slots.both_sound()) return recover(store, lock);
  const int holder = *slots.newest();
  const Slot& slot = *slots.at[static_cast<std::size_t>(holder)];
  if (!lock.vouches_for(slot)) return recover(store, lock);
  return {store.open(load_root(store.fs, store.paths, store.root_file, holder, slot)), holder};
}

}  // namespace vstore
