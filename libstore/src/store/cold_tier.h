// store/cold_tier.h - older versions of what changes often, in frames that cost less and take longer to read.
//
// At commit time each new chunk is stored as its difference from the one it displaced, alone in its frame. So
// the chunks with one base are a *family*: what stood in one place of a file, version after version. The
// collector moves families that have grown:
//
// 1. The newest member becomes plain, in a large frame together with its neighbours: the newest version is
// read
//    from few frames, in order, and never needs a base.
// 2. All others are based on it, several to a frame: what two versions have in common is stored once.
// 3. A family moves as a whole, so that nothing is left that names its old base.
// 4. It moves when most of it is new since the last time: each chunk is moved O(log versions) times.
#pragma once

#include <cstdint>
#include <vector>

#include "store/mark.h"
#include "store/tier.h"

namespace vstore {

class ColdTier final : public Tier {
 public:
  /// A family moves from `versions_min` members on (two at least) that were never moved; 0: none does. At
  /// most about `members_max` chunks move at once, which bounds memory (some 200 bytes each); `choice`, a
  /// random number, says which part of a store that has more.
  ColdTier(Marker& marker, unsigned versions_min, std::uint64_t choice, std::size_t members_max = 1'000'000);

  void choose() override;
  const std::vector<Id>& moving() const override { return moving_; }
  std::uint64_t chunk_count() const override { return moving_.size(); }
  void write(PackWriter& writer, Progress* progress) const override;

 private:
  struct Member {
    Id base;
    Id id;
    std::uint64_t position;  // in the index of its pack
    std::uint32_t pack;
    std::uint32_t frame;
    std::uint32_t size;
    bool fresh;  // alone in its frame, as it was committed: at most one of those that were moved is, the last
                 // one
  };
  struct Family {
    std::vector<Id> members;  // as stored, oldest first as far as that tells
    std::size_t newest = SIZE_MAX;
  };

  std::vector<Member> list_members() const;
  std::uint64_t count_members() const;
  bool may_move(std::span<const Member> family) const;
  void take(std::span<const Member> family);
  void find_newest();

  Marker& marker_;
  const unsigned versions_min_;
  const std::uint64_t choice_;
  const std::size_t members_max_;
  std::vector<Family> families_;
  std::vector<std::uint32_t> order_;  // families, as their newest members follow each other in files
  std::vector<Id> moving_;
};

}  // namespace vstore
