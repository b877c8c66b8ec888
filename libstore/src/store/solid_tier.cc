#include "store/solid_tier.h"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

#include "pack/frame.h"
#include "store/reach.h"
#include "vstore/error.h"

namespace vstore {
namespace {

/// Raw bytes at which a frame is closed: reading one chunk decodes the whole, of an older one both.
/// docs/adr/0023-solid-tier.md has the measurements.
struct Measure {
  std::size_t newest_frame_bytes;
  int newest_level;
  std::size_t older_frame_bytes;
};
/// Of a store whose newest versions fit in the frame cache. zstd's best level takes a second for three
/// megabytes.
constexpr Measure small_store{4096 * 1024, 19, 15 * 1024 * 1024};
constexpr Measure large_store{1024 * 1024, 12, 4096 * 1024};
constexpr std::uint64_t small_store_bytes_max = 64u << 20;

constexpr int older_level = 12;

/// Each thread needs up to 150 MB for the largest frames.
constexpr int threads_max = 4;

template <typename Chunk>
Measure measure_for(const std::vector<Chunk>& newest) {
  std::uint64_t total = 0;
  for (const Chunk& chunk : newest) total += chunk.size;
  return total <= small_store_bytes_max ? small_store : large_store;
}

void check_cancelled(const Progress* progress) {
  if (progress && progress->cancelled())
    throw Error(ErrorCode::refused, "interrupted", "nothing was removed");
}

/// Calls `visit(pack, position, location)` for each live chunk.
template <typename Visit>
void each_live_chunk(const Marker& marker, Visit visit) {
  const std::vector<PackInSet>& packs = marker.state().packs->packs();
  for (std::uint32_t p = 0; p < packs.size(); ++p) {
    for (std::uint64_t i = 0; i < packs[p].reader->object_count(); ++i) {
      if (!marker.marks().get(p, i)) continue;
      const Location at = packs[p].reader->location_at(i);
      if (at.type == ObjectType::chunk) visit(p, i, at);
    }
  }
}

/// A frame in the making.
struct OpenFrame {
  Bytes raw;
  std::vector<FrameObject> objects;

  void add(const Id& id, ByteView bytes) {
    objects.push_back({id, ObjectType::chunk, static_cast<std::uint32_t>(raw.size()),
                       static_cast<std::uint32_t>(bytes.size())});
    raw.insert(raw.end(), bytes.begin(), bytes.end());
  }
};

}  // namespace

SolidTier::SolidTier(Marker& marker, std::vector<Id> operations, std::uint64_t choice, Progress* progress,
                     std::uint64_t chunks_max)
    : marker_(marker),
      operations_(std::move(operations)),
      choice_(choice),
      progress_(progress),
      chunks_max_(chunks_max) {}

// --------------------------------------------------------------------------------------- choosing --

void SolidTier::choose() {
  mark_reachable();
  const std::uint64_t parts = chunks_ / chunks_max_ + 1;
  std::vector<PlacedChunk> chunks =
      list_lineage(Snapshot(marker_.shared_state()), live_commits(), {choice_ % parts, parts, progress_});
  if (parts == 1) add_unplaced(chunks);
  for (const PlacedChunk& chunk : chunks) moving_.push_back(chunk.id);
  std::ranges::sort(moving_);
  find_pinned();
  std::erase_if(chunks, [&](const PlacedChunk& chunk) { return pinned_.contains(chunk.id); });
  std::erase_if(moving_, [&](const Id& id) { return pinned_.contains(id); });
  take_marks();
  split(chunks);
  make_groups();
}

void SolidTier::mark_reachable() {
  const PackSet& packs = *marker_.state().packs;
  reachable_.cover(packs);
  Reach reach(
      packs,
      [&](const Id&, const PackSet::Found& found) {
        if (!reachable_.set(found.pack, found.position)) return false;
        chunks_ += found.location.type == ObjectType::chunk;
        return true;
      },
      progress_);
  for (const Id& operation : operations_) reach.from(operation);
}

std::vector<Id> SolidTier::live_commits() const {
  std::vector<Id> commits;
  const std::vector<PackInSet>& packs = marker_.state().packs->packs();
  for (std::uint32_t p = 0; p < packs.size(); ++p) {
    for (std::uint64_t i = 0; i < packs[p].reader->object_count(); ++i) {
      if (reachable_.get(p, i) && packs[p].reader->location_at(i).type == ObjectType::commit)
        commits.push_back(packs[p].reader->id_at(i));
    }
  }
  return commits;
}

/// What no version leads to, but an operation does: stages of the past, targets of symbolic refs.
void SolidTier::add_unplaced(std::vector<PlacedChunk>& chunks) const {
  std::vector<Id> placed;
  for (const PlacedChunk& chunk : chunks) placed.push_back(chunk.id);
  std::ranges::sort(placed);
  each_live_chunk(marker_, [&](std::uint32_t p, std::uint64_t i, const Location& at) {
    const Id id = marker_.state().packs->packs()[p].reader->id_at(i);
    if (reachable_.get(p, i) && !std::ranges::binary_search(placed, id))
      chunks.push_back({id, 0, UINT32_MAX, 0, at.size});
  });
}

void SolidTier::find_pinned() {
  each_live_chunk(marker_, [&](std::uint32_t p, std::uint64_t i, const Location& at) {
    const PackReader& reader = *marker_.state().packs->packs()[p].reader;
    if (!at.based || std::ranges::binary_search(moving_, reader.id_at(i))) return;
    if (const auto base = reader.frame(at.frame).base) pinned_.insert(*base);
  });
}

/// Also of what is live only as the base of something that moves.
void SolidTier::take_marks() {
  std::vector<Id> dropped;
  each_live_chunk(marker_, [&](std::uint32_t p, std::uint64_t i, const Location&) {
    const Id id = marker_.state().packs->packs()[p].reader->id_at(i);
    const bool moves = std::ranges::binary_search(moving_, id);
    if (!moves && (reachable_.get(p, i) || pinned_.contains(id))) return;
    marker_.unmark(p, i);
    if (!moves) dropped.push_back(id);
  });
  moving_.insert(moving_.end(), dropped.begin(), dropped.end());
  std::ranges::sort(moving_);
}

void SolidTier::split(const std::vector<PlacedChunk>& chunks) {
  const bool none_newest = std::ranges::count(chunks, 0u, &PlacedChunk::age) == 0;
  std::vector<const PlacedChunk*> standing;  // where the slots are
  for (const PlacedChunk& chunk : chunks) {
    if (chunk.age > 0 && !none_newest) continue;
    newest_.push_back({chunk.id, chunk.size});
    standing.push_back(&chunk);
  }
  for (const PlacedChunk& chunk : chunks) {
    if (chunk.age == 0 || none_newest) continue;
    const auto after = std::ranges::upper_bound(
        standing, std::tie(chunk.path, chunk.place), {},
        [](const PlacedChunk* newest) { return std::tie(newest->path, newest->place); });
    const auto slot = after == standing.begin() ? 0 : after - standing.begin() - 1;
    older_.push_back({chunk.id, static_cast<std::uint32_t>(slot), chunk.age, chunk.size});
  }
  std::ranges::sort(older_, [](const Older& a, const Older& b) {
    return std::tie(a.slot, a.age, a.id) < std::tie(b.slot, b.age, b.id);
  });
}

void SolidTier::make_groups() {
  const std::size_t frame_bytes = measure_for(newest_).newest_frame_bytes;
  std::size_t older_begin = 0;
  for (std::size_t begin = 0; begin < newest_.size();) {
    std::size_t end = begin + 1;
    for (std::size_t raw = newest_[begin].size; end < newest_.size(); ++end) {
      raw += newest_[end].size;
      if (raw > frame_bytes) break;
    }
    std::size_t older_end = older_begin;
    while (older_end < older_.size() && older_[older_end].slot < end) ++older_end;
    groups_.push_back({std::span(newest_).subspan(begin, end - begin),
                       std::span(older_).subspan(older_begin, older_end - older_begin)});
    begin = end;
    older_begin = older_end;
  }
}

// ---------------------------------------------------------------------------------------- writing --

/// What one thread needs to write groups.
class SolidTier::Writer {
 public:
  Writer(const PackSet& packs, PackWriter& out, const Measure& measure)
      : packs_(packs),
        out_(out),
        newest_(measure.newest_level),
        older_(older_level),
        older_frame_bytes_(measure.older_frame_bytes) {}

  void write(const Group& group, Progress* progress) {
    OpenFrame plain;
    for (const Newest& chunk : group.newest) plain.add(chunk.id, read(chunk.id));
    const Bytes base = plain.raw;
    const Id base_id =
        plain.objects.size() == 1 ? plain.objects.front().id : hash_object(ObjectType::chunk, base);
    if (plain.objects.size() > 1 && !group.older.empty())
      plain.objects.push_back({base_id, ObjectType::chunk, 0, static_cast<std::uint32_t>(base.size())});
    out_.append(newest_.encode(plain.raw, FrameClass::data, std::move(plain.objects)));
    if (progress) progress->advance(group.newest.size(), base.size());
    write_older(group.older, base_id, base, progress);
  }

 private:
  /// Valid until the next call.
  ByteView read(const Id& id) {
    blob_ = packs_.read(id, ObjectType::chunk);
    return blob_.bytes;
  }

  void write_older(std::span<const Older> chunks, const Id& base_id, ByteView base, Progress* progress) {
    OpenFrame frame;
    for (const Older& chunk : chunks) {
      if (frame.raw.size() + chunk.size > older_frame_bytes_) flush(frame, base_id, base, progress);
      frame.add(chunk.id, read(chunk.id));
    }
    flush(frame, base_id, base, progress);
  }

  void flush(OpenFrame& frame, const Id& base_id, ByteView base, Progress* progress) {
    if (frame.objects.empty()) return;
    check_cancelled(progress);
    const std::size_t count = frame.objects.size();
    auto encoded = older_.encode_based(frame.raw, FrameClass::data, frame.objects, base_id, base);
    out_.append(encoded ? std::move(*encoded)
                        : older_.encode(frame.raw, FrameClass::data, std::move(frame.objects)));
    if (progress) progress->advance(count, frame.raw.size());
    frame = {};
  }

  const PackSet& packs_;
  PackWriter& out_;
  FrameEncoder newest_, older_;
  const std::size_t older_frame_bytes_;
  Blob blob_;
};

void SolidTier::write(PackWriter& writer, Progress* progress) const {
  const Measure measure = measure_for(newest_);
  const PackSet& packs = *marker_.state().packs;
  tbb::enumerable_thread_specific<Writer> writers([&] { return Writer(packs, writer, measure); });
  const auto write_range = [&](const tbb::blocked_range<std::size_t>& range) {
    for (std::size_t g = range.begin(); g < range.end(); ++g) {
      check_cancelled(progress);
      writers.local().write(groups_[g], progress);
    }
  };
  tbb::task_arena arena(std::min(threads_max, tbb::this_task_arena::max_concurrency()));
  arena.execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, groups_.size(), 1), write_range,
                      tbb::simple_partitioner());
  });
}

}  // namespace vstore
