#include "store/ref_watch.h"

#include "store/publish.h"
#include "store/transaction_impl.h"

namespace vstore {
namespace {

/// A workspace's stage and base are its own business, and so are the notes of an import that is under way.
bool concerns_others(std::string_view ref) {
  if (ref.starts_with("refs/")) return !ref.starts_with("refs/imports/");
  return ref == "HEAD" || (ref.starts_with("workspaces/") && ref.ends_with("/HEAD"));
}

std::vector<UpdatedRef> updated_refs(const Transaction::Impl& txn) {
  std::vector<UpdatedRef> refs;
  for (const auto& [name, value] : txn.refs.values()) {
    if (!concerns_others(name)) continue;
    auto before = txn.base.ref(name);
    if (before != value) refs.push_back({name, std::move(before), value});
  }
  return refs;
}

}  // namespace

void watch_refs(Store& store, RefWatch watch) { store.begin().impl().store->watch = std::move(watch); }

void ask_watch(Transaction& txn, const PublishInfo& info) {
  txn.impl().asked = true;
  const auto& before = txn.impl().store->watch.before;
  if (!before) return;
  const RefUpdate update{txn, txn.base(), info, updated_refs(txn.impl()), std::nullopt};
  if (!update.refs.empty()) before(update);
}

Published publish_watched(Transaction& txn, const PublishInfo& info) {
  if (!txn.impl().asked) ask_watch(txn, info);
  const auto& after = txn.impl().store->watch.after;
  std::vector<UpdatedRef> refs;
  if (after) refs = updated_refs(txn.impl());
  const Published published = publish_transaction(txn.impl(), info);
  if (refs.empty()) return published;
  const Snapshot now(txn.impl().store->newest());  // the transaction is spent: it sees nothing new any more
  after({now, txn.base(), info, std::move(refs), published});
  return published;
}

}  // namespace vstore
