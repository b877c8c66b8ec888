// store/solid_tier.h - every chunk of the store compressed anew, as small as it gets: `vstore gc
// --aggressive`.
//
// 1. Chunks of the newest versions lie in plain frames, side by side with what resembles them
// (store/lineage.h).
// 2. Older chunks are based on the whole frame in which the newest version has their place, or its neighbour,
// if
//    the newest has none: many to a frame, lineage by lineage.
// 3. A base is an object. So a plain frame that is one holds, besides its chunks, one more that spans all of
// them:
//    44 bytes of index and no other byte. Nothing but bases names it; it goes when it is a base no more.
#pragma once

#include <span>
#include <unordered_set>

#include "store/lineage.h"
#include "store/mark.h"
#include "store/tier.h"

namespace vstore {

class SolidTier final : public Tier {
 public:
  /// `operations` are those that the marker marked from. Of a store of more than `chunks_max` chunks the part
  /// that `choice`, a random number, says moves: that bounds memory (some 200 bytes each).
  SolidTier(Marker& marker, std::vector<Id> operations, std::uint64_t choice, Progress* progress,
            std::uint64_t chunks_max = 1'000'000);

  void choose() override;
  const std::vector<Id>& moving() const override { return moving_; }
  std::uint64_t chunk_count() const override { return newest_.size() + older_.size(); }
  void write(PackWriter& writer, Progress* progress) const override;

 private:
  class Writer;
  struct Newest {
    Id id;
    std::uint32_t size;
  };
  struct Older {
    Id id;
    std::uint32_t slot;  // the newest chunk that has its place, or precedes it: an index of newest_
    std::uint32_t age;
    std::uint32_t size;
  };
  /// A plain frame and what is based on it.
  struct Group {
    std::span<const Newest> newest;
    std::span<const Older> older;
  };

  void mark_reachable();
  std::vector<Id> live_commits() const;
  void add_unplaced(std::vector<PlacedChunk>& chunks) const;
  void find_pinned();
  void take_marks();
  void split(const std::vector<PlacedChunk>& chunks);
  void make_groups();

  Marker& marker_;
  const std::vector<Id> operations_;
  const std::uint64_t choice_;
  Progress* progress_;
  const std::uint64_t chunks_max_;
  LiveMarks reachable_;            // from the operations; the marker's marks are on bases, too
  std::uint64_t chunks_ = 0;       // of those
  std::unordered_set<Id> pinned_;  // bases of what stays
  std::vector<Newest> newest_;
  std::vector<Older> older_;
  std::vector<Group> groups_;
  std::vector<Id> moving_;
};

}  // namespace vstore
