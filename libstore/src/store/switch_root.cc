// The order that makes a publish atomic and durable (docs/durability.md):
//
// 1. Every pack is durable under its temporary name before it is renamed.
// 2. The names in packs/ are durable before a slot names them; the carrier is renamed last, so a carrier
//    that is there has its packs beside it.
// 3. The slot that holds the current root is not touched. The sync of the other one is the commit.
// 4. The mark is blank from before the first rename until after that sync, and until everybody whose change is
//    in this root has been told: a clean mark says that no published change waits for its answer
//    (store/mailbox.h).
#include "store/switch_root.h"

#include "base/hex.h"
#include "store/settle.h"

namespace vstore {
namespace {

void move_into_place(Store::Impl& store, const Sealed& sealed, PrivatePack& carrier,
                     const std::vector<std::unique_ptr<PrivatePack>>& bulk) {
  for (const auto& pack : bulk) pack->writer.move_into(store.paths.packs());
  if (sealed.second) sealed.second->writer.move_into(store.paths.packs());
  carrier.writer.move_into(store.paths.packs());
  store.fs.sync_directory(store.paths.packs());
}

/// After a failure at the slot: was it published? Returns if so; throws what is known otherwise.
void resolve_outcome(Store::Impl& store, PublishLock& lock, const Id& root_hash, const Error& failure) {
  bool published = false;
  try {
    store.check_writable();
    published = recover(store, lock, /*mark=*/false).state->root.hash == root_hash;
  } catch (const Error&) {
    throw Error(failure.code(), std::string("outcome unknown: ") + failure.what(),
                "look at the operation log when the store can be written again, before repeating the command",
                failure.sys_errno());
  }
  if (!published) throw failure;
}

}  // namespace

Sealed seal(os::Fs& fs, const StorePaths& paths, Root next, PrivatePack& carrier) {
  Sealed sealed;
  next.carrier = carrier.name;
  sealed.blob = encode(next);
  if (sealed.blob.size() > blob_beside_max) {
    sealed.second = std::make_unique<PrivatePack>(fs, paths);
    next.second_carrier = sealed.second->name;
    sealed.blob = encode(next);
    sealed.second->summary = sealed.second->writer.finish(sealed.blob);
  }
  carrier.summary = carrier.writer.finish(sealed.blob);
  sealed.root = {std::move(next), hash_root(sealed.blob), *carrier.summary};
  return sealed;
}

Root successor(Store::Impl& store, const Snapshot::State& current) {
  const Root& now = current.root.root;
  Root next;
  next.generation = now.generation + 1;
  next.store_id = now.store_id;
  next.predecessor = current.root.hash;
  next.epoch = now.epoch;
  next.collected = now.collected;
  next.operation = now.operation;
  next.horizon = now.horizon;
  next.nonce = random_nonce(store.fs);
  next.packs = current.root.live();
  next.condemned = now.condemned;
  if (now.second_carrier) next.condemned.push_back({*now.second_carrier, next.generation});
  return next;
}

void switch_root(Store::Impl& store, PublishLock& lock, const Current& current, const Sealed& sealed,
                 PrivatePack& carrier, const std::vector<std::unique_ptr<PrivatePack>>& bulk,
                 const std::function<bool()>& tell) {
  const Slot slot = slot_for(sealed.root, sealed.blob.size());
  lock.blank();
  move_into_place(store, sealed, carrier, bulk);
  try {
    store.root_file.write(1 - current.holder, slot, sealed.blob);
    store.root_file.sync();
  } catch (const Error& failure) {
    resolve_outcome(store, lock, sealed.root.hash, failure);
  }
  store.fs.note("acknowledged generation " + std::to_string(slot.generation) + " operation " +
                sealed.root.root.operation.hex());
  if (!tell || tell()) lock.mark_clean(slot);
}

}  // namespace vstore
