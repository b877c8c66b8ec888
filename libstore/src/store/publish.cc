#include "store/publish.h"

#include "base/hex.h"
#include "store/relied_on.h"
#include "store/switch_root.h"

namespace vstore {
namespace {

/// The operation that changes the view; returns its id.
Id write_operation(Transaction::Impl& txn, const PublishInfo& info, const Snapshot& current, const Id& view,
                   const Nonce& nonce) {
  Operation operation;
  operation.parents = {current.operation()};
  operation.view = view;
  operation.time = info.time.value_or(Time{txn.store->fs.now_seconds(), 0});
  operation.who = info.who;
  operation.command = info.command;
  operation.nonce = to_hex(nonce);
  operation.files = info.files;
  operation.undoes = info.undoes;
  return txn.objects.put(ObjectType::operation, as_bytes(encode(operation)));
}

void add_packs(Root& next, const std::vector<std::unique_ptr<PrivatePack>>& bulk) {
  for (const auto& pack : bulk) next.packs.push_back({*pack->summary, std::nullopt});
}

}  // namespace

// The passes, as docs/architecture.md tells them. Until the last one nobody else can see anything of it.
Published publish_transaction(Transaction::Impl& txn, const PublishInfo& info) {
  Store::Impl& store = *txn.store;

  // What was gathered becomes frames; a large amount becomes a durable pack. No lock yet.
  store.check_writable();
  txn.objects.finish_bulk();

  // From here on one process at a time. The state to build on is what the last holder left, recovered if
  // that one did not finish.
  PublishLock lock = store.lock();
  const Current on = current_under_lock(store, lock);
  const Snapshot current(on.state);

  // Compare-and-swap: refs that others moved meanwhile end it here, with nothing changed.
  txn.refs.check_expected(current.view());
  txn.refs.check_names(current.view());

  // New objects are based on, and looked up in, the current state. If a collector ran since the transaction
  // began, what it relied on without writing it is looked up again, and rewritten where it went away.
  txn.objects.rebase(on.state->packs);
  if (on.state->root.root.epoch != txn.base.state().root.root.epoch) rewrite_what_went_away(txn, current);

  // What depends on the current view: its nodes, the operation, the root.
  Root next = successor(store, *on.state);
  const Id view = txn.refs.apply(current.view(), txn.objects);
  next.operation = write_operation(txn, info, current, view, next.nonce);
  add_packs(next, txn.objects.bulk());
  txn.objects.flush();

  // Durable and visible when this returns: facts become final at the sync of the slot.
  const Published published{next.generation, next.operation};
  switch_root(store, lock, on, std::move(next), txn.objects.final_pack(), txn.objects.bulk());
  return published;
}

}  // namespace vstore
