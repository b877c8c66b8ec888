#include "store/sweep_plan.h"

#include <algorithm>

#include "pack/fold.h"

namespace vstore {
namespace {

// A dead bitmap is an object, so a pack with more objects than one can hold is rewritten instead.
constexpr std::uint64_t bitmap_objects_max = frame_raw_max * std::uint64_t{8};

bool was_visible(const PackInSet& pack, std::uint64_t i) {
  return !pack.dead || ((*pack.dead)[static_cast<std::size_t>(i / 8)] >> (i % 8) & 1) == 0;
}

struct PackUse {
  std::uint64_t live_objects = 0;
  std::uint64_t dead_objects = 0;
  std::uint64_t live_stored = 0;
  std::uint64_t stored = 0;
};

/// An object's part of its frame.
std::uint64_t share_of(const FrameInfo& frame, std::uint64_t size) {
  return frame.raw_size == 0 ? 0 : frame.stored_size * std::min<std::uint64_t>(size, frame.raw_size) / frame.raw_size;
}

class Planner {
 public:
  Planner(const Marker& marker, const std::vector<Id>& moving, GcReport& report)
      : marker_(marker), moving_(moving), report_(report) {}

  PackUse use_of(std::uint32_t p, bool& anything_dead) {
    const PackInSet& pack = marker_.state().packs->packs()[p];
    std::vector<std::uint64_t> live_raw(pack.reader->frame_count());
    PackUse use;
    for (std::uint64_t i = 0; i < pack.reader->object_count(); ++i) {
      const Location at = pack.reader->location_at(i);
      if (marker_.marks().get(p, i)) {
        ++use.live_objects;
        live_raw[at.frame] += at.size;
        continue;
      }
      ++use.dead_objects;
      if (was_visible(pack, i)) anything_dead = count_dead(pack, i, at) || anything_dead;
    }
    for (std::uint32_t f = 0; f < pack.reader->frame_count(); ++f) {
      const FrameInfo frame = pack.reader->frame(f);
      use.stored += frame.stored_size;
      use.live_stored += frame.raw_size == 0 ? 0 : share_of(frame, live_raw[f]);
    }
    report_.objects_live += use.live_objects;
    return use;
  }

 private:
  /// True if it counts: bitmaps come and go with collections.
  bool count_dead(const PackInSet& pack, std::uint64_t i, const Location& at) {
    if (at.type == ObjectType::bitmap) return false;
    const Id id = pack.reader->id_at(i);
    if (std::ranges::binary_search(moving_, id) || marker_.is_live(id)) return true;
    GcCount& count = report_.removed[at.type];
    ++count.objects;
    count.bytes += at.size;
    count.stored += share_of(pack.reader->frame(at.frame), at.size);
    if (at.type == ObjectType::commit) report_.commits_removed.push_back(id);
    return true;
  }

  const Marker& marker_;
  const std::vector<Id>& moving_;
  GcReport& report_;
};

Fate fate_of(const PackUse& use, const GcOptions& options) {
  if (use.live_objects == 0) return Fate::drop;
  if (use.live_stored * 100 < use.stored * options.live_percent_min) return Fate::rewrite;
  if (use.dead_objects > 0 && use.live_objects + use.dead_objects > bitmap_objects_max) return Fate::rewrite;
  return Fate::keep;
}

/// Of the packs that remain, those that are small beside the others are put together.
void add_folds(SweepPlan& plan, const std::vector<std::uint64_t>& sizes) {
  std::vector<std::uint32_t> remaining;
  std::vector<std::uint64_t> remaining_sizes;
  for (std::uint32_t p = 0; p < plan.fates.size(); ++p) {
    if (plan.fates[p] == Fate::drop) continue;
    remaining.push_back(p);
    remaining_sizes.push_back(sizes[p]);
  }
  const std::vector<std::size_t> chosen = choose_fold(remaining_sizes);
  if (chosen.size() < 2) return;
  for (const std::size_t i : chosen) plan.fates[remaining[i]] = Fate::rewrite;
}

}  // namespace

std::vector<std::uint32_t> SweepPlan::with(Fate fate) const {
  std::vector<std::uint32_t> positions;
  for (std::uint32_t p = 0; p < fates.size(); ++p) {
    if (fates[p] == fate) positions.push_back(p);
  }
  return positions;
}

bool SweepPlan::worth_it() const {
  // Each publish leaves a carrier, which may be empty: one such pack is no reason for the next publish.
  return anything_dead || !with(Fate::rewrite).empty() || with(Fate::drop).size() > 1;
}

SweepPlan plan_sweep(const Marker& marker, const GcOptions& options, bool fold,
                     const std::vector<Id>& rewritten_elsewhere, GcReport& report) {
  SweepPlan plan;
  Planner planner(marker, rewritten_elsewhere, report);
  std::vector<std::uint64_t> sizes;
  for (std::uint32_t p = 0; p < marker.state().packs->packs().size(); ++p) {
    const PackUse use = planner.use_of(p, plan.anything_dead);
    plan.fates.push_back(fate_of(use, options));
    sizes.push_back(use.live_stored);
  }
  if (fold) add_folds(plan, sizes);
  return plan;
}

}  // namespace vstore
