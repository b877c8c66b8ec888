#include "vstore/stats.h"

#include <algorithm>

#include "store/mark.h"
#include "store/retention.h"
#include "store/versions.h"

namespace vstore {
namespace {

std::string codec_name(const FrameInfo& frame) {
  if (frame.codec == Codec::raw) return "raw";
  return frame.base ? "zstd, based" : "zstd";
}

bool is_dead(const PackInSet& pack, std::uint64_t i) {
  return pack.dead && ((*pack.dead)[static_cast<std::size_t>(i / 8)] >> (i % 8) & 1) != 0;
}

void add_frames(const PackReader& reader, StoreStats& stats) {
  for (std::uint32_t f = 0; f < reader.frame_count(); ++f) {
    const FrameInfo frame = reader.frame(f);
    FrameStats& sum = stats.frames[codec_name(frame)];
    ++sum.frames;
    sum.bytes += frame.raw_size;
    sum.stored += frame.stored_size;
  }
}

/// Bytes of each frame that objects claim: more than it has, where one spans all others (store/solid_tier.h).
std::vector<std::uint64_t> claimed_bytes(const PackInSet& pack) {
  std::vector<std::uint64_t> claimed(pack.reader->frame_count());
  for (std::uint64_t i = 0; i < pack.reader->object_count(); ++i) {
    const Location at = pack.reader->location_at(i);
    claimed[at.frame] += at.size;
  }
  for (std::uint32_t f = 0; f < pack.reader->frame_count(); ++f)
    claimed[f] = std::max<std::uint64_t>(claimed[f], pack.reader->frame(f).raw_size);
  return claimed;
}

/// What is live of each frame, for the garbage; and every visible object.
void add_objects(const Marker& marker, std::uint32_t p, StoreStats& stats) {
  const PackInSet& pack = marker.state().packs->packs()[p];
  const std::vector<std::uint64_t> claimed = claimed_bytes(pack);
  std::vector<std::uint64_t> live_raw(pack.reader->frame_count());
  for (std::uint64_t i = 0; i < pack.reader->object_count(); ++i) {
    const Location at = pack.reader->location_at(i);
    if (marker.marks().get(p, i)) live_raw[at.frame] += at.size;
    if (is_dead(pack, i)) continue;
    const FrameInfo frame = pack.reader->frame(at.frame);
    ObjectStats& sum = stats.objects[at.type];
    ++sum.objects;
    sum.bytes += at.size;
    if (claimed[at.frame] > 0) sum.stored += std::uint64_t{frame.stored_size} * at.size / claimed[at.frame];
  }
  for (std::uint32_t f = 0; f < pack.reader->frame_count(); ++f) {
    const FrameInfo frame = pack.reader->frame(f);
    const std::uint64_t live = std::min<std::uint64_t>(live_raw[f], frame.raw_size);
    if (frame.raw_size > 0) stats.garbage_stored += frame.stored_size * (frame.raw_size - live) / frame.raw_size;
  }
}

}  // namespace

StoreStats store_stats(const Snapshot& snapshot, Progress* progress) {
  StoreStats stats;
  Marker marker(snapshot.state_ptr(), progress);
  marker.mark(retained_operations(snapshot, std::nullopt).operations);
  marker.mark_bitmaps();
  marker.take_orphans();
  const std::vector<PackInSet>& packs = snapshot.state().packs->packs();
  for (std::uint32_t p = 0; p < packs.size(); ++p) {
    ++stats.packs;
    stats.pack_bytes += packs[p].reader->summary().file_size;
    add_frames(*packs[p].reader, stats);
    add_objects(marker, p, stats);
  }
  for (const Id& tree : version_trees(snapshot, progress)) {
    ++stats.versions;
    stats.version_bytes += snapshot.tree(tree).totals().bytes;
  }
  return stats;
}

}  // namespace vstore
