// Folding: many small packs become one (protocol.md rule 16).
//
// 1. Copying needs no lock. The result is published only if every input is still live, unchanged, and the
//    collector's epoch is the same; otherwise it is thrown away.
// 2. The inputs are condemned by the root that replaces them, and unlinked by a later fold, once both slots
//    hold that generation or a later one: the slot to fall back to must not name packs that are gone.
// 3. Temporary packs whose lock can be taken have no owner any more; they are removed on the way, under the
//    publish lock only (rule 2).
#include "store/fold_publish.h"

#include <algorithm>

#include "pack/fold.h"
#include "store/leftovers.h"
#include "store/switch_root.h"

namespace vstore {
namespace {

// A fold costs a publish of its own, so it waits until it gets rid of this many packs at once.
constexpr std::size_t inputs_min = 4;

std::vector<std::size_t> choose(const Snapshot::State& state) {
  std::vector<std::uint64_t> sizes;
  for (const PackInSet& pack : state.packs->packs()) sizes.push_back(pack.reader->summary().file_size);
  std::vector<std::size_t> chosen = choose_fold(sizes);
  if (chosen.size() < inputs_min) chosen.clear();
  return chosen;
}

bool same_pack(const RootPack& a, const RootPack& b) {
  return a.summary.name == b.summary.name && a.dead == b.dead;
}

bool all_live(const std::vector<RootPack>& inputs, const std::vector<RootPack>& live) {
  return std::ranges::all_of(inputs, [&](const RootPack& input) {
    return std::ranges::any_of(live, [&](const RootPack& pack) { return same_pack(input, pack); });
  });
}

/// The oldest generation that a slot holds: what it condemned is named by no slot any more.
std::uint64_t oldest_slot(Store::Impl& store) {
  const TwoSlots slots = store.root_file.read_slots();
  return slots.both_sound() ? std::min(slots.at[0]->generation, slots.at[1]->generation) : 0;
}

void unlink_condemned(Store::Impl& store, Root& next) {
  const std::uint64_t oldest = oldest_slot(store);
  std::erase_if(next.condemned, [&](const CondemnedPack& pack) {
    if (pack.generation > oldest) return false;
    store.fs.unlink(store.paths.pack(pack.name));
    return true;
  });
}

void condemn(Root& next, const std::vector<RootPack>& inputs) {
  for (const RootPack& input : inputs) {
    std::erase_if(next.packs, [&](const RootPack& pack) { return same_pack(pack, input); });
    next.condemned.push_back({input.summary.name, next.generation});
  }
}

}  // namespace

std::size_t fold_store(Store::Impl& store) {
  // What to fold, and the copy: without the lock.
  const auto begun = store.newest();
  const std::vector<std::size_t> chosen = choose(*begun);
  if (chosen.empty()) return 0;
  store.check_writable();
  const std::vector<RootPack> live = begun->root.live();
  std::vector<RootPack> inputs;
  std::vector<PackInSet> open;
  for (const std::size_t i : chosen) {
    inputs.push_back(live[i]);
    open.push_back(begun->packs->packs()[i]);
  }
  std::vector<std::unique_ptr<PrivatePack>> folded;
  folded.push_back(std::make_unique<PrivatePack>(store.fs, store.paths));
  fold_packs(open, folded.back()->writer);
  std::unique_ptr<PrivatePack> carrier;
  if (folded.back()->writer.bytes_written() < NewObjects::bulk_size_min) {
    carrier = std::move(folded.back());
    folded.clear();
  } else {
    folded.back()->summary = folded.back()->writer.finish({});
    carrier = std::make_unique<PrivatePack>(store.fs, store.paths);
  }

  // Under the lock: still the same inputs, in the same epoch?
  PublishLock lock = store.lock();
  const Current on = current_under_lock(store, lock);
  const LoadedRoot& current = on.state->root;
  if (current.root.epoch != begun->root.root.epoch || !all_live(inputs, current.live())) return 0;
  Root next = successor(store, *on.state);
  condemn(next, inputs);
  unlink_condemned(store, next);
  unlink_all(store, ownerless_temporaries(store));
  for (const auto& pack : folded) next.packs.push_back({*pack->summary, std::nullopt});
  switch_root(store, lock, on, std::move(next), *carrier, folded);
  return inputs.size();
}

}  // namespace vstore
