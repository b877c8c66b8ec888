// store/mark.h - the collector's marks: what is live in a state, and in the states that follow it.
//
// 1. The marks are closed: with an object everything that it names has one (protocol.md rule 9).
// 2. An object has its mark in the copy that a look-up finds; other copies are dead, except that
// 3. a base that a live frame names has a mark in a plain copy (rules 11 and 18).
// 4. A chunk may be live as a base only. A node may not: it would have to keep everything that it names. A live
//    node whose base is not live is an *orphan*: it loses its mark, and whoever collects writes it anew.
// 5. In a pack that was published after the marking began everything is live, reachable or not: others may rely
//    on it already (rules 9 and 16).
#pragma once

#include <set>

#include "store/live_marks.h"
#include "store/snapshot_state.h"
#include "vstore/progress.h"

namespace vstore {

/// A live node in a frame based on a node that is not live.
struct Orphan {
  Id base;
  Id id;
  ObjectType type;
};

/// Not thread-safe. What is missing or damaged is an error: nothing is collected in a store that is not sound.
class Marker {
 public:
  using StatePtr = std::shared_ptr<const Snapshot::State>;
  Marker(StatePtr state, Progress* progress);

  /// Marks the operations and all that they lead to, themselves included.
  void mark(const std::vector<Id>& operations);
  /// Marks the dead bitmaps that the root names.
  void mark_bitmaps();
  /// Sees to the bases of the nodes marked since the last call. The orphans, those with the same base together.
  std::vector<Orphan> take_orphans();

  /// From now on notes what is marked in these packs: it came to life after they were copied.
  void watch(std::set<PackName> packs) { watched_ = std::move(packs); }
  std::vector<Id> take_revived() { return std::exchange(revived_, {}); }

  /// Goes over to a later state and marks everything in its new packs, with what that names.
  void catch_up(StatePtr state);

  /// Takes a mark away: whoever does writes the object anew, and with it all that has it as base.
  void unmark(std::uint32_t pack, std::uint64_t position) { marks_.clear(pack, position); }

  const Snapshot::State& state() const { return *state_; }
  const StatePtr& shared_state() const { return state_; }
  const LiveMarks& marks() const { return marks_; }
  /// True if the copy that a look-up finds has a mark.
  bool is_live(const Id& id) const;

 private:
  struct Place {
    PackSet::Found found;
    Id id;
  };
  bool enter(const Id& id, const PackSet::Found& found);
  void mark_all(std::uint32_t pack);
  void list_based_nodes();
  Id base_of(const PackSet::Found& found) const;
  void mark_base(const Id& base);

  StatePtr state_;
  Progress* progress_;
  LiveMarks marks_;
  std::set<PackName> watched_;
  std::vector<Id> revived_;
  bool listing_ = false;             // the first marking is found again by a scan: no list of millions
  std::vector<Place> based_nodes_;   // marked since take_orphans()
};

}  // namespace vstore
