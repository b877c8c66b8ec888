// vstore/ref_update.h - to have a say in every change of refs, or to hear of it, whatever makes the change.
//
//   vstore::watch_refs(store, {.before = [](const vstore::RefUpdate& update) { ... may throw ... }, .after =
//   {}});
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vstore/store.h"

namespace vstore {

/// Branches, tags and their kin, and HEADs; not what is internal to a workspace or to an import under way.
struct UpdatedRef {
  std::string name;
  std::optional<RefValue> before;  ///< nullopt: no such ref
  std::optional<RefValue> after;
};

/// A change of refs. Lives as long as the call that it is given to.
struct RefUpdate {
  const ObjectReader& objects;  ///< sees the new objects, too
  const Snapshot& base;         ///< does not
  const PublishInfo& info;
  std::vector<UpdatedRef> refs;
  std::optional<Published> published;  ///< once it is
};

struct RefWatch {
  /// Asked before anything is changed, files included, while no lock of the store is held: what it throws
  /// ends the change, of which nothing is left. It may use the store.
  std::function<void(const RefUpdate&)> before;
  /// Told when the change is durable. Must not throw.
  std::function<void(const RefUpdate&)> after;
};

/// Asks and tells about all transactions of this open store that are published from now on. Not thread-safe:
/// for who has just opened it.
void watch_refs(Store& store, RefWatch watch);

/// Asks about the refs that were set so far. publish() asks itself unless it was done before: this is for who
/// changes files, and must ask first.
void ask_watch(Transaction& txn, const PublishInfo& info);

}  // namespace vstore
