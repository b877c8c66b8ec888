// store/snapshot_state.h - what a Snapshot is made of: a root, and its packs held open.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "pack/pack_set.h"
#include "store/format.h"
#include "store/root.h"
#include "vstore/error.h"
#include "vstore/store.h"

namespace vstore {

/// A pack that a root names is not there: the root may have been superseded meanwhile (protocol.md rule 8).
struct MissingPack : Error {
  explicit MissingPack(const std::string& path);
};

/// Immutable; thread-safe.
struct Snapshot::State {
  State(LoadedRoot loaded, std::shared_ptr<const PackSet> pack_set);

  const LoadedRoot root;
  const std::shared_ptr<const PackSet> packs;

  /// Root of the view's map, from the operation at the head of the log; read on first use.
  Id view() const;

 private:
  mutable std::once_flag view_once_;
  mutable Id view_;
};

/// Throws `damaged` unless the open pack is the one that a root means.
void check_is_meant(const PackReader& reader, const PackSummary& expected, const std::string& path);

/// Reads the bitmaps of what is dead into `packs`, which are those of `live`, in the same order.
void load_dead_bitmaps(const std::vector<RootPack>& live, std::vector<PackInSet>& packs,
                       const std::shared_ptr<FrameCache>& cache);

/// Opens every pack that the root names, taking over those that `previous` (may be null) has open, and
/// checks that each is the one the root means. Throws MissingPack, `damaged`, `io`.
std::shared_ptr<const Snapshot::State> open_state(os::Fs& fs, const StorePaths& paths, LoadedRoot root,
                                                  const Snapshot::State* previous,
                                                  const std::shared_ptr<FrameCache>& cache);

}  // namespace vstore
