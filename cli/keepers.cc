#include "cli/keepers.h"

namespace vstore::cli {
namespace {

void measure(const Snapshot& snapshot, Progress* progress, std::vector<Keeper>& keepers) {
  std::vector<Id> ids;
  for (const Keeper& keeper : keepers) ids.push_back(keeper.id);
  const std::vector<UniqueSize> sizes = unique_among(snapshot, ids, progress);
  for (std::size_t i = 0; i < keepers.size(); ++i) keepers[i].only = sizes[i];
}

}  // namespace

std::vector<Keeper> ref_keepers(const Snapshot& snapshot, Progress* progress) {
  std::vector<Keeper> keepers;
  for (const Ref& ref : snapshot.refs()) {
    if (ref.value.kind != Kind::ref_symbolic) keepers.push_back({ref.name, ref.value.id, {}});
  }
  measure(snapshot, progress, keepers);
  return keepers;
}

std::vector<Keeper> operation_keepers(const Snapshot& snapshot, Progress* progress) {
  std::vector<Keeper> keepers;
  for (std::vector<Id> next = {snapshot.operation()}; !next.empty(); next = snapshot.parents(next.front())) {
    keepers.push_back({snapshot.operation(next.front()).command, next.front(), {}});
  }
  measure(snapshot, progress, keepers);
  return keepers;
}

}  // namespace vstore::cli
