// store/new_objects.h - the objects that one transaction writes: claims, frames in the making, private packs.
//
// 1. An object is written once: whoever claims it first appends a frame that holds it.
// 2. A base is always an object of `visible()`, plain there, never one of this transaction's own: so the
//    only bases to be checked again before publishing are those in bases() (protocol.md rule 11).
// 3. A transaction that stays small writes one pack, the final one; what grew past `bulk_size_min` is
//    finished as a pack of its own before the publish lock is taken.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "os/fs.h"
#include "pack/frame.h"
#include "pack/pack_set.h"
#include "pack/pack_writer.h"
#include "store/claim_set.h"
#include "store/format.h"
#include "vstore/object.h"

namespace vstore {

/// A pack in tmp/ that belongs to this process.
struct PrivatePack {
  PrivatePack(os::Fs& fs, const StorePaths& paths) : PrivatePack(fs, paths, PackName::random(fs)) {}
  PrivatePack(os::Fs& fs, const StorePaths& paths, const PackName& pack_name)
      : name(pack_name), writer(fs, paths.tmp(), name) {}

  PackName name;
  PackWriter writer;
  std::optional<PackSummary> summary;  ///< once finished
};

/// claim(), append(), put(), find(), read(), plain_base_for() are thread-safe; the rest belongs to one thread
/// with no other call running.
class NewObjects final : public ObjectWriter, public ObjectReader {
 public:
  NewObjects(os::Fs& fs, const StorePaths& paths, std::shared_ptr<const PackSet> base,
             std::shared_ptr<FrameCache> cache);

  /// False if the object is visible or claimed here already. True: the caller must append a frame that
  /// contains it.
  bool claim(const Id& id);
  void append(EncodedFrame&& frame);
  /// Claims an object whether or not it is visible: the caller appends a frame that contains it.
  void take_over(const Id& id) { claims_.insert(id); }

  Id put(ObjectType type, ByteView bytes, const Id* displaced = nullptr) override;
  /// What the base set holds and what was put or appended here.
  std::optional<ObjectInfo> find(const Id& id) const override;
  Blob read(const Id& id, ObjectType type) const override;
  /// True if the object was claimed here.
  bool contains(const Id& id) const { return claims_.contains(id); }

  /// What may serve as base for an object that displaces `displaced`: that object if it is plain, else its
  /// own base. nullopt if neither is to be had with this type.
  std::optional<std::pair<Id, Blob>> plain_base_for(const Id& displaced, ObjectType type) const;

  /// The set that look-ups for presence go to: the base, until rebase() gives the one being published on.
  const PackSet& visible() const { return *visible_; }
  void rebase(std::shared_ptr<const PackSet> visible) { visible_ = std::move(visible); }

  /// Writes a plain copy whether or not the object is visible.
  void put_plain(ObjectType type, const Id& id, ByteView bytes);

  /// A pack at least this large is finished before the lock is taken.
  static constexpr std::uint64_t bulk_size_min = 4u << 20;

  /// Everything written here, if it is little and none of it on disk yet; flush() first.
  std::optional<std::vector<EncodedFrame>> buffered_frames() const;
  /// Takes over what another transaction of the same epoch wrote: its bases are plain in visible(), too.
  void adopt(std::vector<EncodedFrame>&& frames);

  /// Ends the frames in the making.
  void flush();
  /// Finishes (and syncs) the pack in the making if it is large. Needs no lock.
  void finish_bulk();
  /// The pack that everything written from now on goes to.
  PrivatePack& final_pack();
  /// The packs finished before.
  std::vector<std::unique_ptr<PrivatePack>>& bulk() { return bulk_; }

  struct Named {
    Id id;
    ObjectType type;
  };
  /// Objects written here that name others: everything but chunks.
  std::vector<Named> naming_objects() const;
  /// Bases that frames written here name.
  std::vector<Id> bases() const;

 private:
  struct OpenFrame {
    Bytes raw;
    std::vector<FrameObject> objects;
  };

  bool append_based(ObjectType type, const Id& id, ByteView bytes, const Id& displaced);
  void append_plain(ObjectType type, const Id& id, ByteView bytes);
  void flush_frame(FrameClass frame_class);
  void append_locked(EncodedFrame&& frame);
  PackWriter& record(const EncodedFrame& frame);
  PackWriter& open_writer();
  OpenFrame& open_frame(FrameClass frame_class) { return open_[static_cast<std::size_t>(frame_class)]; }
  Blob read_packed(const Id& id, ObjectType type) const;
  const FrameObject* find_open(const Id& id, const OpenFrame** frame) const;

  os::Fs& fs_;
  const StorePaths paths_;
  const std::shared_ptr<FrameCache> cache_;
  std::shared_ptr<const PackSet> readable_;  // the base set and, once finished, the bulk pack
  std::shared_ptr<const PackSet> visible_;
  ClaimSet claims_;

  mutable std::mutex mutex_;  // guards everything below
  FrameEncoder encoder_;
  OpenFrame open_[2];  // by FrameClass
  std::unique_ptr<PrivatePack> pack_;
  std::vector<std::unique_ptr<PrivatePack>> bulk_;
  std::vector<Named> naming_;
  std::vector<Id> bases_;
};

}  // namespace vstore
