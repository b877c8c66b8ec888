#include "store/versions.h"

#include "store/live_marks.h"
#include "store/reach.h"
#include "store/snapshot_state.h"

namespace vstore {

std::vector<Id> version_trees(const Snapshot& snapshot, Progress* progress) {
  const PackSet& packs = *snapshot.state().packs;
  LiveMarks seen;
  seen.cover(packs);
  std::vector<Id> trees;
  Reach reach(
      packs,
      [&](const Id& id, const PackSet::Found& found) {
        if (!seen.set(found.pack, found.position)) return false;
        if (found.location.type != ObjectType::tree) return true;
        trees.push_back(id);
        return false;  // whole trees, not what is in them
      },
      progress);
  for (const Ref& ref : snapshot.refs()) {
    if (ref.value.kind != Kind::ref_symbolic) reach.from(ref.value.id);
  }
  return trees;
}

}  // namespace vstore
