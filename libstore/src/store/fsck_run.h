// store/fsck_run.h - what the passes of a check share.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>

#include "store/format.h"
#include "store/snapshot_state.h"
#include "vstore/fsck.h"

namespace vstore {

/// One check. add(), note() and the counters are thread-safe; the rest belongs to one thread.
struct FsckRun {
  FsckRun(os::Fs& file_system, StorePaths where, const FsckOptions& opts)
      : fs(file_system), paths(std::move(where)), options(opts) {}

  os::Fs& fs;
  const StorePaths paths;
  const FsckOptions& options;
  FsckReport report;

  /// What the root pass found out: the newest state, and its packs as far as they can be opened, in order.
  std::optional<Nonce> store_id;
  std::optional<LoadedRoot> root;
  std::shared_ptr<const PackSet> packs;

  /// Packs whose own bytes are damaged (not those of a base elsewhere), and whether the file `root` must be
  /// written again: what a repair goes by.
  std::set<PackName> unsound;
  bool root_unsound = false;
  /// The caller holds the publish lock.
  bool locked = false;

  void add(Damage damage);
  void mark_unsound(const PackName& pack);
  /// A damaged object is reported once for each pack, a missing one once.
  void add_object(DamageKind kind, const std::string& file, const Id& id, std::optional<ObjectType> type,
                  std::string what);
  void note(std::string text);
  bool time_is_up() const;
  /// Throws if the user wants to stop.
  void check_cancelled() const;

 private:
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begun_ = Clock::now();
  std::mutex mutex_;
  std::set<std::tuple<DamageKind, std::string, Id>> reported_;  // guarded by mutex_
};

/// A pack's path in messages: "packs/<name>.pack".
std::string file_of(const PackName& name);
/// Runs `check` and turns a `damaged` or `unsupported` error into damage of this kind; true if there was
/// none.
template <class Check>
bool guard_damage(FsckRun& run, DamageKind kind, const std::string& file, Check&& check) {
  try {
    check();
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::unsupported) throw;
    run.add({kind, file, {}, {}, error.what(), {}, 0});
    return false;
  }
}

/// All passes.
void run_fsck(FsckRun& run);

// The passes, in order.

/// The file `format`, both slots, both copies of each root; finds the newest state and opens its packs.
void fsck_root(FsckRun& run);
/// Every pack in packs/: what it is made of, without its objects' bytes.
void fsck_packs(FsckRun& run);
/// Every frame and every object of the live packs, and all that these objects name.
void fsck_frames(FsckRun& run);
/// Refs and operations: that they can be read, from the newest back to the last one kept.
void fsck_refs(FsckRun& run);
/// Finds out which refs and paths the damage hits.
void fsck_hits(FsckRun& run);

}  // namespace vstore
