#include "store/mark.h"

#include <algorithm>

#include "base/check.h"
#include "store/reach.h"

namespace vstore {

Marker::Marker(StatePtr state, Progress* progress) : state_(std::move(state)), progress_(progress) {
  marks_.cover(*state_->packs);
}

bool Marker::is_live(const Id& id) const {
  const auto found = state_->packs->locate(id);
  return found && marks_.get(found->pack, found->position);
}

bool Marker::enter(const Id& id, const PackSet::Found& found) {
  if (!marks_.set(found.pack, found.position)) return false;
  if (watched_.contains(state_->packs->packs()[found.pack].reader->name())) revived_.push_back(id);
  if (!found.location.based) return true;
  if (found.location.type == ObjectType::chunk) {
    mark_base(base_of(found));
  } else if (listing_) {
    based_nodes_.push_back({found, id});
  }
  return true;
}

void Marker::mark(const std::vector<Id>& operations) {
  Reach reach(*state_->packs, [this](const Id& id, const PackSet::Found& found) { return enter(id, found); },
              progress_);
  for (const Id& operation : operations) reach.from(operation);
}

void Marker::mark_bitmaps() {
  for (const RootPack& pack : state_->root.root.packs) {
    if (!pack.dead) continue;
    if (const auto found = state_->packs->locate(*pack.dead)) enter(*pack.dead, *found);
  }
}

// ----------------------------------------------------------------------------------------- bases --

Id Marker::base_of(const PackSet::Found& found) const {
  const PackReader& reader = *state_->packs->packs()[found.pack].reader;
  if (const auto base = reader.frame(found.location.frame).base) return *base;
  throw Error(ErrorCode::damaged, "pack '" + reader.path() + "' is damaged: its index and its frames disagree",
              "run 'vstore fsck'; nothing was removed");
}

void Marker::mark_base(const Id& base) {
  const auto plain = state_->packs->locate_plain(base);
  if (!plain) {
    throw Error(ErrorCode::damaged, "object '" + base.hex() + "' is named as a base and has no plain copy",
                "run 'vstore fsck' to see what is affected; nothing was removed");
  }
  enter(base, *plain);
}

void Marker::list_based_nodes() {
  const std::vector<PackInSet>& packs = state_->packs->packs();
  for (std::uint32_t p = 0; p < packs.size(); ++p) {
    for (std::uint64_t i = 0; i < packs[p].reader->object_count(); ++i) {
      if (!marks_.get(p, i)) continue;
      const Location at = packs[p].reader->location_at(i);
      if (at.based && at.type != ObjectType::chunk) based_nodes_.push_back({{p, at, i}, packs[p].reader->id_at(i)});
    }
  }
}

std::vector<Orphan> Marker::take_orphans() {
  if (!listing_) list_based_nodes();
  listing_ = true;
  std::vector<Orphan> orphans;
  for (const Place& node : std::exchange(based_nodes_, {})) {
    const Id base = base_of(node.found);
    if (is_live(base)) {
      mark_base(base);
    } else {
      marks_.clear(node.found.pack, node.found.position);
      orphans.push_back({base, node.id, node.found.location.type});
    }
  }
  std::ranges::stable_sort(orphans, {}, &Orphan::base);
  return orphans;
}

// -------------------------------------------------------------------------------------- catch up --

void Marker::catch_up(StatePtr state) {
  if (state->root.hash == state_->root.hash) return;
  state_ = std::move(state);
  VSTORE_CHECK(based_nodes_.empty());  // they were found among the packs of the state before
  for (const std::uint32_t pack : marks_.cover(*state_->packs)) mark_all(pack);
}

void Marker::mark_all(std::uint32_t pack) {
  Reach reach(*state_->packs, [this](const Id& id, const PackSet::Found& found) { return enter(id, found); },
              progress_);
  const PackReader& reader = *state_->packs->packs()[pack].reader;
  for (std::uint64_t i = 0; i < reader.object_count(); ++i) {
    const PackSet::Found found{pack, reader.location_at(i), i};
    const Id id = reader.id_at(i);
    if (enter(id, found)) reach.below(id, found);
  }
}

}  // namespace vstore
