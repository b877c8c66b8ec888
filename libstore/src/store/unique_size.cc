// An object belongs to nobody, to the one version that led to it, or to several. A walk goes below an object only
// when that changes, so twice at most, whatever the number of versions.
#include "vstore/unique.h"

#include <algorithm>

#include "store/reach.h"
#include "store/snapshot_state.h"
#include "store/versions.h"

namespace vstore {
namespace {

class Owners {
 public:
  explicit Owners(const PackSet& packs) : packs_(packs) {
    for (const PackInSet& pack : packs.packs())
      owners_.emplace_back(static_cast<std::size_t>(pack.reader->object_count()), nobody);
  }

  /// True if it changed.
  bool claim(const PackSet::Found& found, std::uint32_t owner) {
    std::uint32_t& now = owners_[found.pack][static_cast<std::size_t>(found.position)];
    if (now == owner || now == several) return false;
    now = now == nobody ? owner : several;
    return true;
  }

  std::vector<UniqueSize> sizes(std::size_t versions) const {
    std::vector<UniqueSize> sizes(versions);
    for (std::uint32_t p = 0; p < owners_.size(); ++p) {
      for (std::size_t i = 0; i < owners_[p].size(); ++i) {
        if (owners_[p][i] < versions) add(*packs_.packs()[p].reader, i, sizes[owners_[p][i]]);
      }
    }
    return sizes;
  }

 private:
  static constexpr std::uint32_t nobody = 0xffffffff;
  static constexpr std::uint32_t several = 0xfffffffe;

  static void add(const PackReader& reader, std::uint64_t i, UniqueSize& size) {
    const Location at = reader.location_at(i);
    const FrameInfo frame = reader.frame(at.frame);
    ++size.objects;
    size.bytes += at.size;
    if (frame.raw_size > 0) size.stored += std::uint64_t{frame.stored_size} * at.size / frame.raw_size;
  }

  const PackSet& packs_;
  std::vector<std::vector<std::uint32_t>> owners_;
};

}  // namespace

std::vector<UniqueSize> unique_among(const Snapshot& snapshot, const std::vector<Id>& roots, Progress* progress) {
  const PackSet& packs = *snapshot.state().packs;
  Owners owners(packs);
  std::uint32_t owner = 0;
  Reach reach(packs, [&](const Id&, const PackSet::Found& found) { return owners.claim(found, owner); }, progress);
  for (owner = 0; owner < roots.size(); ++owner) reach.from(roots[owner]);
  return owners.sizes(roots.size());
}

std::vector<UniqueSize> unique_sizes(const Snapshot& snapshot, const std::vector<Id>& trees, Progress* progress) {
  std::vector<Id> versions = version_trees(snapshot, progress);
  versions.insert(versions.end(), trees.begin(), trees.end());
  std::ranges::sort(versions);
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  const std::vector<UniqueSize> all = unique_among(snapshot, versions, progress);
  std::vector<UniqueSize> asked;
  for (const Id& tree : trees) {
    asked.push_back(all[static_cast<std::size_t>(std::ranges::lower_bound(versions, tree) - versions.begin())]);
  }
  return asked;
}

}  // namespace vstore
