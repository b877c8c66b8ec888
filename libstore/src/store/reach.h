// store/reach.h - walks everything that can be reached from an object.
//
// Depth first, and what is seen is noted before it waits: the objects that wait are at most the children of
// one path from a root down, whatever the number of objects, so memory stays flat.
#pragma once

#include <functional>
#include <vector>

#include "pack/pack_set.h"
#include "vstore/progress.h"

namespace vstore {

/// Belongs to one thread. Parents of operations are not followed (references.h).
class Reach {
 public:
  /// Called with each object that is come across; true: follow what it names. Whoever counts says so once.
  using Enter = std::function<bool(const Id& id, const PackSet::Found& found)>;

  /// `progress` may be null. Both must outlive this.
  Reach(const PackSet& packs, Enter enter, Progress* progress = nullptr);

  /// Throws `damaged` if something that is named is not there, or of another type than its namer says;
  /// `refused` if the progress was cancelled.
  void from(const Id& id);
  /// The same for what `id` names, without entering it.
  void below(const Id& id, const PackSet::Found& found);

 private:
  struct Waiting {
    Id id;
    PackSet::Found found;
  };
  void meet(const Id& id, std::optional<ObjectType> type, const Id* namer);
  void drain();
  void report();

  const PackSet& packs_;
  const Enter enter_;
  Progress* progress_;
  std::uint64_t unreported_ = 0;
  std::vector<Waiting> waiting_;
};

}  // namespace vstore
