// store/transaction_impl.h - a transaction's parts, for the files of this folder and the ingest pipeline.
#pragma once

#include "store/new_objects.h"
#include "store/store_impl.h"
#include "store/view.h"

namespace vstore {

struct Transaction::Impl {
  explicit Impl(std::shared_ptr<Store::Impl> store_impl)
      : store(std::move(store_impl)),
        base(store->newest()),
        objects(store->fs, store->paths, base.state().packs, store->cache) {}

  const std::shared_ptr<Store::Impl> store;
  const Snapshot base;
  NewObjects objects;
  RefChanges refs;
  bool asked = false;  ///< RefWatch::before
  bool spent = false;

  // For the ingest pipeline; all thread-safe.

  /// False if the object is in the base state or claimed already. True: the caller must append a frame that
  /// contains it. (What is relied on without being written needs no note: it is found again from the objects
  /// that name it, see relied_on.h.)
  bool claim(const Id& id) { return objects.claim(id); }
  void append(EncodedFrame&& frame) { objects.append(std::move(frame)); }
  const PackSet& base_packs() const { return *base.state().packs; }
  Blob read_any(const Id& id, ObjectType type) const { return objects.read(id, type); }
  std::optional<std::pair<Id, Blob>> plain_base_for(const Id& displaced, ObjectType type) const {
    return objects.plain_base_for(displaced, type);
  }
};

}  // namespace vstore
