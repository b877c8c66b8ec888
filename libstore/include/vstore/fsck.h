// vstore/fsck.h - is a store what it must be? Checks that read and change nothing.
//
//   vstore::FsckReport report = vstore::fsck("/data/.vstore", {});
//   if (!report.sound()) for (const vstore::Damage& d : report.damage) ...
//
// Works on stores that cannot be opened any more. Reads beside writers, from one state of the store. Damage
// is what is reported, not thrown: only `usage` (no store there), `refused` (another owner; interrupted) and
// `io` are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

/// What is damaged. `to_string` gives the words of the command line: "root", "pack", "object", ...
enum class DamageKind {
  format,     ///< the file that says what kind of store this is
  root,       ///< a slot, or a copy of a root record
  pack,       ///< a pack's own structure: header, frame table, index, footer; or the pack is missing
  frame,      ///< stored bytes that do not match their checksum, though no object suffered
  object,     ///< an object that cannot be read, or whose bytes are not those of its id
  missing,    ///< an object that another one names is not there
  canonical,  ///< an object whose bytes are those of its id, but not what a writer would have written
};
std::string_view to_string(DamageKind kind) noexcept;

/// One damaged thing.
struct Damage {
  DamageKind kind = DamageKind::object;
  std::string file;  ///< relative to the store's directory; empty if it is in none
  std::optional<Id> object;
  std::optional<ObjectType> type;
  std::string what;  ///< for people: lower case, no full stop
  /// What is affected, as revisions: "main:data/cars.json", "v1", "operation 0123456789". At most
  /// FsckOptions::hits_max of each damage; `hits_total` counts all that were looked at.
  std::vector<std::string> hits;
  std::uint64_t hits_total = 0;
};

struct FsckOptions {
  StoreOptions store;
  /// Structure only: root, packs with their tables and indexes, no object's bytes.
  bool fast = false;
  /// Share of the frames to check, chosen at random; 1: all.
  double sample = 1.0;
  /// Stop after so many milliseconds and say how to go on.
  std::optional<std::uint64_t> time_max_ms;
  /// FsckReport::resume of a run that stopped early; frames checked then are left out now.
  std::string resume;
  unsigned threads = 0;  ///< 0: one per processor
  std::size_t hits_max = 100;
  Progress* progress = nullptr;
};

struct FsckReport {
  std::vector<Damage> damage;
  /// Nothing is lost by these: leftovers of a killed process, a slot that has been rolled forward from.
  std::vector<std::string> notes;
  std::string store_id;                              ///< 32 hex digits; empty if it was not found
  std::uint64_t generation = 0;                      ///< of the state that was checked; 0 if none was found
  std::uint64_t packs = 0, frames = 0, objects = 0;  ///< looked at
  std::uint64_t bytes_stored = 0, bytes_raw = 0;     ///< of the frames looked at
  std::uint64_t refs = 0, operations = 0;
  bool complete = true;  ///< false: time was up, or a sample, or `fast`
  std::string resume;    ///< set if time was up

  bool sound() const { return damage.empty(); }
};

/// Checks the store in `directory`.
FsckReport fsck(const std::string& directory, const FsckOptions& options);

struct RepairOptions {
  StoreOptions store;
  /// Where copies of lost objects may be found: stores, directories with packs, and directories with files,
  /// whose contents are cut and hashed as `add` would.
  std::vector<std::string> from;
  unsigned threads = 0;
  Progress* progress = nullptr;
};

struct RepairReport {
  FsckReport before;
  FsckReport after;                  ///< equals `before` if nothing was done
  std::vector<std::string> actions;  ///< what was done, for people; empty: nothing
  std::vector<std::string>
      moved;  ///< damaged packs moved aside, relative to the store: "damaged/<name>.pack"
  std::uint64_t objects_salvaged = 0;  ///< out of damaged packs
  std::uint64_t objects_healed = 0;    ///< from copies elsewhere
  std::vector<Id> lost;                ///< damaged before, and in no sound pack now

  /// The newest state, if it could not be read and an older one was taken; else 0.
  std::uint64_t generation_lost = 0;

  bool sound() const { return after.sound() && lost.empty() && generation_lost == 0; }
};

/// Mends what fsck() finds: rebuilds slots and root from the packs, damaged packs from what is whole in them,
/// and puts back objects of which there is a copy. Holds the publish lock throughout. Nothing is deleted:
/// damaged packs are moved to `damaged/`. The result is published by one switch of the root, so a crash
/// leaves the old state or the new one. A second repair does nothing. Throws as fsck() does, and `lost_race`
/// if the lock cannot be had.
RepairReport repair(const std::string& directory, const RepairOptions& options);

}  // namespace vstore
