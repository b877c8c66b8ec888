// crash/workload.h - what a store is put through while the power may fail, and what each state of it must
// hold.
//
// A recording is one run over the recording twin: its trace, with a mark after each step that returned, and
// the value of every ref at each generation. Runs with the same seed and steps are the same to the byte.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "os/fs.h"
#include "os/trace.h"
#include "store/root.h"
#include "vstore/store.h"

namespace vstore::crash {

enum class Step : std::uint8_t {
  add,            ///< a file's content, its tree, the stage
  commit,         ///< branch, base and stage move together
  amend,          ///< the same, the old commit is left behind
  delete_ref,     ///< a tag goes
  fold,           ///< small packs become one
  collect,        ///< all operations but the newest expire, and what only they lead to goes
  repair,         ///< the newest slot rots and is repaired
  backup,         ///< a copy beside the store, or what is new to the one that is there
  repair_pack,    ///< what a live pack says of its frames rots; all is salvaged, and the pack moved aside
  repair_format,  ///< the file `format` rots, is moved aside and written anew
  repair_root,    ///< the file `root` is gone and is made from what the packs carry
  bulk,           ///< a commit of more than a small transaction holds: a pack of its own
  group,          ///< a commit that takes along the one of a writer that waits for the lock
  die,            ///< the process is killed between the slot's write and its sync; another one goes on
  die_unseen,     ///< it is killed before it writes the slot: its packs are left, with a root that nobody
                  ///< published
};
const char* to_string(Step step) noexcept;
/// The steps of which every sequence is tried.
std::vector<Step> short_steps();

inline constexpr const char* top = "/d";
inline constexpr const char* store_path = "/d/s";
inline constexpr const char* backup_path = "/d/b";

StoreOptions options_for(os::Fs& fs);

/// The roots that the sound slots name, as far as their blobs are sound.
std::vector<LoadedRoot> roots_beside_slots(os::Fs& fs, const std::string& path);

using RefMap = std::map<std::string, std::string>;  ///< name -> value, as text
RefMap refs_of(const Snapshot& snapshot);

/// A file that rotted. Repair may move it aside, but nobody may ever delete it: it may be all there is.
struct RottenFile {
  std::size_t
      position;  ///< of the operation that made the rot durable, which is no call of the code under test
  Bytes content;
};

struct Recording {
  std::string name;
  os::Trace trace;
  std::map<std::uint64_t, RefMap> refs;              ///< by generation
  std::map<std::uint64_t, std::vector<Id>> commits;  ///< made by then, deleted and amended ones included, but
                                                     ///< for those that were collected
  std::uint64_t first_generation = 0;                ///< durable before recording began; 0: no store
  std::size_t last_step_begins = 0;                  ///< position in the trace
  bool copied = false;                               ///< nothing holds before the first promise
  bool repaired = false;                             ///< fsck may find the rot that a repair has yet to mend
  std::vector<RottenFile> rotten;

  /// The generation promised to somebody before operation `position`.
  std::uint64_t acknowledged(std::size_t position) const;
  /// The generation of which a backup was promised by then; 0: none.
  std::uint64_t backed_up(std::size_t position) const;
  /// The store may be damaged: something rots, and no repair has returned since.
  bool needs_repair(std::size_t position) const;
  /// How many of `rotten` a repair that has returned moved aside.
  std::size_t set_aside(std::size_t position) const;
  /// A step has just returned, and promised something.
  bool at_rest(std::size_t position) const;
  /// The first position at which something was promised.
  std::size_t first_promise() const;
};

/// A store with some history and tags, then the steps; everything before the first one is durable.
Recording record(const std::vector<Step>& steps, std::uint64_t seed = 1);
/// As record(), but the making of the store is recorded too.
Recording record_from_nothing(const std::vector<Step>& steps, std::uint64_t seed = 1);
/// The steps in a store that was copied there by something that syncs nothing, as `cp -r`.
Recording record_copy(const std::vector<Step>& steps, std::uint64_t seed = 1);

}  // namespace vstore::crash
