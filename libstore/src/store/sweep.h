// store/sweep.h - the packs that a collection writes.
#pragma once

#include <memory>
#include <vector>

#include "pack/frame_group.h"
#include "store/mark.h"
#include "store/new_objects.h"
#include "store/store_impl.h"
#include "store/tier.h"

namespace vstore {

/// Not thread-safe. Dropping it removes the files.
class Sweep {
 public:
  explicit Sweep(Store::Impl& store) : store_(store) {}

  /// Copies what is live of these packs (positions in the marker's state) into a new pack, and makes it durable
  /// if it is large. Needs no lock.
  void rewrite(const Marker& marker, const std::vector<std::uint32_t>& packs);
  /// Writes nodes anew whose base goes away: the first of those with one base plain, the others based on it.
  void adopt(const Marker& marker, const std::vector<Orphan>& orphans);
  /// Writes plain copies of objects that came to life after their packs were copied.
  void revive(const Marker& marker, const std::vector<Id>& ids);
  /// Writes what moves; durable if it is large. Needs no lock.
  void move(const Tier& tier, Progress* progress);
  /// Writes a dead bitmap; its id.
  Id put_bitmap(ByteView bits);
  /// Ends the frames in the making.
  void flush();

  /// The pack to publish with, and those that are finished already.
  PrivatePack& carrier();
  const std::vector<std::unique_ptr<PrivatePack>>& bulk() const { return bulk_; }

 private:
  FrameGroup& group();
  void take(std::unique_ptr<PrivatePack> pack);
  bool append_based(const Orphan& node, ByteView bytes, const Id& base, ByteView base_bytes);

  Store::Impl& store_;
  FrameEncoder encoder_;
  std::unique_ptr<PrivatePack> carrier_;
  std::unique_ptr<FrameGroup> group_;  // of the carrier
  std::vector<std::unique_ptr<PrivatePack>> bulk_;
};

}  // namespace vstore
