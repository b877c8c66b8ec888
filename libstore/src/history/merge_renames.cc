#include "history/merge_renames.h"

#include "history/changes.h"
#include "vstore/history.h"

namespace vstore {

MergeRenames::MergeRenames(const ObjectReader& reader, const Tree& base, const Tree& ours, const Tree& theirs)
    : base_(base),
      ours_(ours),
      theirs_(theirs),
      our_renames_(find(reader, base, ours)),
      their_renames_(find(reader, base, theirs)) {}

MergeRenames::Renames MergeRenames::find(const ObjectReader& reader, const Tree& base, const Tree& side) {
  std::vector<Change> changes;
  TreeDiff diff(base, side);
  while (auto difference = diff.next()) {
    if (!difference->before || !difference->after) changes.push_back(as_change(std::move(*difference)));
  }
  vstore::find_renames(reader, CompareOptions{}, changes);
  Renames renames;
  for (const Change& change : changes) {
    if (change.status != ChangeStatus::renamed) continue;
    renames.to[change.old_path] = change.new_path;
    renames.from[change.new_path] = change.old_path;
  }
  return renames;
}

std::optional<MergeItem> MergeRenames::moved(const MergeItem& item) const {
  if (!item.base) {
    const auto a = our_renames_.from.find(item.key);
    const auto b = their_renames_.from.find(item.key);
    if (a == our_renames_.from.end() || b == their_renames_.from.end() || a->second != b->second) return std::nullopt;
    return MergeItem{item.key, base_.get(a->second), item.ours, item.theirs};
  }
  if (item.ours.has_value() == item.theirs.has_value()) return std::nullopt;
  const bool we_moved = !item.ours;
  const auto& to = we_moved ? our_renames_.to : their_renames_.to;
  const auto at = to.find(item.key);
  if (at == to.end() || (we_moved ? theirs_ : ours_).get(at->second)) return std::nullopt;
  MergeItem result{at->second, item.base, item.ours, item.theirs};
  if (we_moved) result.ours = ours_.get(at->second);
  else result.theirs = theirs_.get(at->second);
  return result;
}

std::optional<MergeRenames::Collision> MergeRenames::collision(const MergeItem& item) const {
  if (!item.base || item.ours.has_value() == item.theirs.has_value()) return std::nullopt;
  const bool we_moved = !item.ours;
  const auto& to = we_moved ? our_renames_.to : their_renames_.to;
  const auto at = to.find(item.key);
  if (at == to.end() || base_.get(at->second) || !(we_moved ? theirs_ : ours_).get(at->second)) return std::nullopt;
  return Collision{at->second, we_moved};
}

std::vector<MergeRenames::Deleted> MergeRenames::deleted() const {
  std::vector<Deleted> all;
  add_deleted(our_renames_, their_renames_, false, all);
  add_deleted(their_renames_, our_renames_, true, all);
  return all;
}

void MergeRenames::add_deleted(const Renames& renames, const Renames& others, bool by_us, std::vector<Deleted>& all) const {
  const Tree& other = by_us ? ours_ : theirs_;
  for (const auto& [from, to] : renames.to) {
    if (!other.get(from) && !others.to.contains(from) && !other.get(to)) all.push_back({from, to, by_us});
  }
}

std::vector<MergeRenames::Apart> MergeRenames::apart() const {
  std::vector<Apart> all;
  for (const auto& [from, ours] : our_renames_.to) {
    const auto theirs = their_renames_.to.find(from);
    if (theirs != their_renames_.to.end() && theirs->second != ours) all.push_back({from, ours, theirs->second});
  }
  return all;
}

}  // namespace vstore
