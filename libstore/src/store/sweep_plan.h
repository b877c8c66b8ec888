// store/sweep_plan.h - what becomes of each pack, from the collector's marks.
#pragma once

#include "store/mark.h"
#include "vstore/gc.h"

namespace vstore {

enum class Fate {
  keep,     ///< as it is, with a dead bitmap if something in it is dead
  rewrite,  ///< its live objects go to a new pack
  drop,     ///< nothing in it is live
};

struct SweepPlan {
  std::vector<Fate> fates;  ///< by position in the state's packs
  bool anything_dead = false;

  std::vector<std::uint32_t> with(Fate fate) const;
  /// False if carrying it out would change nothing that counts.
  bool worth_it() const;
};

/// `fold`: packs are also rewritten for being small (pack/fold.h). Adds to the report what is dead and was visible,
/// except for `rewritten_elsewhere` (ascending), which only moves.
SweepPlan plan_sweep(const Marker& marker, const GcOptions& options, bool fold,
                     const std::vector<Id>& rewritten_elsewhere, GcReport& report);

}  // namespace vstore
