#include "store/sweep.h"

#include "pack/fold.h"

namespace vstore {

void Sweep::rewrite(const Marker& marker, const std::vector<std::uint32_t>& packs) {
  if (packs.empty()) return;
  std::vector<PackInSet> inputs;
  for (const std::uint32_t p : packs) {
    const PackInSet& pack = marker.state().packs->packs()[p];
    inputs.push_back({pack.reader, marker.marks().dead(p, pack.reader->object_count())});
  }
  auto pack = std::make_unique<PrivatePack>(store_.fs, store_.paths);
  fold_packs(inputs, pack->writer);
  take(std::move(pack));
}

void Sweep::move(const Tier& tier, Progress* progress) {
  if (tier.chunk_count() == 0) return;
  auto pack = std::make_unique<PrivatePack>(store_.fs, store_.paths);
  tier.write(pack->writer, progress);
  take(std::move(pack));
}

/// A small one becomes the carrier, if there is none yet.
void Sweep::take(std::unique_ptr<PrivatePack> pack) {
  if (pack->writer.bytes_written() < NewObjects::bulk_size_min && !carrier_) {
    carrier_ = std::move(pack);
    return;
  }
  pack->summary = pack->writer.finish({});
  bulk_.push_back(std::move(pack));
}

PrivatePack& Sweep::carrier() {
  if (!carrier_) carrier_ = std::make_unique<PrivatePack>(store_.fs, store_.paths);
  return *carrier_;
}

FrameGroup& Sweep::group() {
  if (!group_) group_ = std::make_unique<FrameGroup>(carrier().writer);
  return *group_;
}

void Sweep::flush() {
  if (group_) group_->flush();
}

bool Sweep::append_based(const Orphan& node, ByteView bytes, const Id& base, ByteView base_bytes) {
  auto frame = encoder_.encode_based(bytes, frame_class_of(node.type),
                                     {{node.id, node.type, 0, static_cast<std::uint32_t>(bytes.size())}}, base,
                                     base_bytes);
  if (!frame) return false;
  carrier().writer.append(std::move(*frame));
  return true;
}

void Sweep::adopt(const Marker& marker, const std::vector<Orphan>& orphans) {
  Id old_base, new_base;
  Blob base_bytes;
  for (const Orphan& node : orphans) {
    const Blob bytes = marker.state().packs->read(node.id, node.type);
    if (node.base == old_base && append_based(node, bytes.bytes, new_base, base_bytes.bytes)) continue;
    group().add(node.type, node.id, bytes.bytes);
    if (node.base == old_base) continue;
    old_base = node.base;
    new_base = node.id;
    base_bytes = bytes;
  }
}

void Sweep::revive(const Marker& marker, const std::vector<Id>& ids) {
  for (const Id& id : ids) {
    const auto found = marker.state().packs->locate(id);
    if (found) group().add(found->location.type, id, marker.state().packs->read_at(*found, id).bytes);
  }
}

Id Sweep::put_bitmap(ByteView bits) {
  const Id id = hash_object(ObjectType::bitmap, bits);
  group().add(ObjectType::bitmap, id, bits);
  return id;
}

}  // namespace vstore
