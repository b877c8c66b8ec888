// The collector.
//
// 1. It marks from a state and writes its packs without a lock. Under the lock it marks everything that was
//    published since, with what that names, and copies what thereby came to life in packs that it drops (protocol.md
//    rule 16).
// 2. It publishes only if the packs it drops are still live and no other collector was there; else it begins
//    again, the last time with the lock held from the beginning.
// 3. Every node that stays visible has all that it names visible, as rule 9 demands; what is not live is marked
//    dead in the packs that stay (rule 17), whether or not its bytes go.
// 4. A new epoch tells transactions under way that what they rely on may be gone (rule 10).
// 5. Packs are unlinked when both slots durably hold the root that condemned them (rule 4).
#include "store/gc_publish.h"

#include <algorithm>
#include <cerrno>

#include "base/coding.h"
#include "store/cold_tier.h"
#include "store/leftovers.h"
#include "store/retention.h"
#include "store/solid_tier.h"
#include "store/sweep.h"
#include "store/sweep_plan.h"
#include "store/switch_root.h"

namespace vstore {
namespace {

constexpr int attempts = 3;
constexpr int catch_up_rounds = 3;

std::uint64_t total_size(const std::vector<Leftover>& files) {
  std::uint64_t total = 0;
  for (const Leftover& file : files) total += file.size;
  return total;
}

std::uint64_t live_size(const LoadedRoot& root) {
  std::uint64_t total = 0;
  for (const RootPack& pack : root.live()) total += pack.summary.file_size;
  return total;
}

std::uint64_t second_size(Store::Impl& store, const LoadedRoot& root) {
  if (!root.root.second_carrier) return 0;
  const auto info = store.fs.stat(store.paths.pack(*root.root.second_carrier));
  return info ? info->size : 0;
}

class Collection {
 public:
  Collection(Store::Impl& store, const GcOptions& options, int attempt)
      : store_(store), options_(options), attempt_(attempt), sweep_(store) {}

  /// nullopt: overtaken, to be done again.
  std::optional<GcReport> run() {
    if (attempt_ == attempts) lock_.emplace(store_.lock());
    mark();
    plan();
    if (plan_.worth_it() || retained_.expired > 0) {
      write();
      if (!catch_up()) return std::nullopt;
      return publish();
    }
    return tidy();
  }

  /// Leftovers only. Also what a collection comes to that finds nothing to collect.
  GcReport tidy() {
    if (!lock_) lock_.emplace(store_.lock());
    const Current on = current_under_lock(store_, *lock_);
    measure(on.state->root);
    report_.packs_rewritten = 0;
    report_.packs_after = on.state->root.live().size();
    report_.bytes_after = live_size(on.state->root) + second_size(store_, on.state->root);
    if (!options_.dry_run) free_space(on.state->root);
    return report_;
  }

 private:
  void phase(std::string_view name) const {
    if (options_.progress) options_.progress->phase(name, 0, 0);
  }
  void check_cancelled() const {
    if (options_.progress && options_.progress->cancelled())
      throw Error(ErrorCode::refused, "interrupted", "nothing was removed");
  }

  void mark() {
    phase("marking");
    begun_ = lock_ ? current_under_lock(store_, *lock_).state : store_.newest();
    retained_ = retained_operations(Snapshot(begun_), options_.operations_since);
    report_.operations_kept = retained_.operations.size();
    report_.operations_expired = retained_.expired;
    marker_.emplace(begun_, options_.progress);
    marker_->mark(retained_.operations);
    marker_->mark_bitmaps();
    orphans_ = marker_->take_orphans();
    choose_moving();
  }

  void choose_moving() {
    const std::uint64_t choice = load_u64(random_nonce(store_.fs).data());
    if (options_.aggressive) {
      phase("ordering chunks");
      tier_ = std::make_unique<SolidTier>(*marker_, retained_.operations, choice, options_.progress);
    } else {
      tier_ = std::make_unique<ColdTier>(*marker_, options_.cold_versions_min, choice);
    }
    tier_->choose();
    report_.chunks_cooled = tier_->chunk_count();
  }

  void plan() {
    std::vector<Id> moving = tier_->moving();
    for (const Orphan& orphan : orphans_) moving.push_back(orphan.id);
    std::ranges::sort(moving);
    plan_ = plan_sweep(*marker_, options_, attempt_ == 1, moving, report_);
    const std::vector<RootPack> live = begun_->root.live();
    for (std::uint32_t p = 0; p < live.size(); ++p) {
      if (plan_.fates[p] != Fate::keep) going_.push_back(live[p]);
    }
    report_.packs_rewritten = plan_.with(Fate::rewrite).size();
  }

  /// Everything that needs no lock and no knowledge of what others do meanwhile.
  void write() {
    check_cancelled();
    phase("rewriting packs");
    store_.check_writable();
    std::set<PackName> going;
    for (const RootPack& pack : going_) going.insert(pack.summary.name);
    marker_->watch(std::move(going));
    sweep_.rewrite(*marker_, plan_.with(Fate::rewrite));
    sweep_.adopt(*marker_, orphans_);
    check_cancelled();
    phase(options_.aggressive ? "compressing" : "moving older versions");
    sweep_.move(*tier_, options_.progress);
    check_cancelled();
  }

  bool still_valid(const LoadedRoot& root) const {
    if (root.root.epoch != begun_->root.root.epoch) return false;
    const std::vector<RootPack> live = root.live();
    return std::ranges::all_of(going_, [&](const RootPack& input) {
      return std::ranges::any_of(live, [&](const RootPack& pack) {
        return pack.summary.name == input.summary.name && pack.dead == input.dead;
      });
    });
  }

  void catch_up_to(const Marker::StatePtr& state) {
    marker_->catch_up(state);
    sweep_.adopt(*marker_, marker_->take_orphans());
    sweep_.revive(*marker_, marker_->take_revived());
  }

  /// Without the lock, so that little is left to do under it.
  bool catch_up() {
    for (int round = 0; round < catch_up_rounds && !lock_; ++round) {
      const auto now = store_.newest();
      if (!still_valid(now->root)) return false;
      if (now->root.hash == marker_->state().root.hash) break;
      catch_up_to(now);
    }
    return true;
  }

  /// The dead bitmaps of the packs that stay. What was published since the marking began has none.
  void set_bitmaps(Root& next) {
    const std::vector<PackInSet>& packs = marker_->state().packs->packs();
    const std::vector<RootPack> live = marker_->state().root.live();
    for (std::uint32_t p = 0; p < live.size(); ++p) {
      const auto kept = std::ranges::find(next.packs, live[p].summary.name,
                                          [](const RootPack& pack) { return pack.summary.name; });
      if (kept == next.packs.end()) continue;
      const auto dead = marker_->marks().dead(p, packs[p].reader->object_count());
      if (!dead) {
        kept->dead.reset();
      } else if (!packs[p].dead || *packs[p].dead != *dead) {
        kept->dead = sweep_.put_bitmap(*dead);
      }
    }
  }

  Root next_root(const Current& on) {
    Root next = successor(store_, *on.state);
    next.epoch = random_nonce(store_.fs);
    next.collected = next.generation;
    next.horizon = retained_.horizon;
    for (const RootPack& input : going_) {
      std::erase_if(next.packs, [&](const RootPack& pack) { return pack.summary.name == input.summary.name; });
      next.condemned.push_back({input.summary.name, next.generation});
    }
    set_bitmaps(next);
    for (const auto& pack : sweep_.bulk()) next.packs.push_back({*pack->summary, std::nullopt});
    return next;
  }

  std::optional<GcReport> publish() {
    phase("publishing");
    if (!lock_) lock_.emplace(store_.lock());
    const Current on = current_under_lock(store_, *lock_);
    if (!still_valid(on.state->root)) return std::nullopt;
    catch_up_to(on.state);
    check_cancelled();
    Root next = next_root(on);
    sweep_.flush();
    PrivatePack& carrier = sweep_.carrier();
    const Sealed sealed = seal(store_.fs, store_.paths, std::move(next), carrier);
    report_.changed = true;
    measure(on.state->root);
    report_.packs_after = sealed.root.live().size();
    report_.bytes_after = live_size(sealed.root) + (sealed.second ? sealed.second->summary->file_size : 0);
    if (options_.dry_run) return report_;
    switch_root(store_, *lock_, on, sealed, carrier, sweep_.bulk());
    free_space(sealed.root);
    return report_;
  }

  void measure(const LoadedRoot& root) {
    const std::vector<Leftover> leftovers = leftovers_of(root);
    report_.leftovers_removed = leftovers.size();
    report_.packs_before = root.live().size();
    report_.bytes_before = live_size(root) + second_size(store_, root) + total_size(leftovers) +
                           total_size(condemned_packs(store_, root));
  }

  std::vector<Leftover> leftovers_of(const LoadedRoot& root) const {
    std::vector<Leftover> files = unnamed_packs(store_, root);
    for (Leftover& file : ownerless_temporaries(store_)) files.push_back(std::move(file));
    return files;
  }

  void free_space(const LoadedRoot& root) {
    std::vector<Leftover> files = leftovers_of(root);
    const std::vector<Leftover> condemned = condemned_packs(store_, root);
    if (!condemned.empty()) settle_both_slots(store_, *lock_);
    files.insert(files.end(), condemned.begin(), condemned.end());
    unlink_all(store_, files);  // not synced: what a power cut brings back is named by no slot
  }

  Store::Impl& store_;
  const GcOptions& options_;
  const int attempt_;  // from 1
  std::optional<PublishLock> lock_;
  Marker::StatePtr begun_;
  Retained retained_;
  std::optional<Marker> marker_;
  std::vector<Orphan> orphans_;
  std::unique_ptr<Tier> tier_;
  SweepPlan plan_;
  std::vector<RootPack> going_;
  Sweep sweep_;
  GcReport report_;
};

GcReport collect_until_done(Store::Impl& store, const GcOptions& options, int first_attempt) {
  for (int attempt = first_attempt; attempt <= attempts; ++attempt) {
    if (auto report = Collection(store, options, attempt).run()) return *report;
  }
  throw Error(ErrorCode::lost_race, "the store changed too fast to be collected", "try again");
}

}  // namespace

GcReport collect_store(Store::Impl& store, const GcOptions& options) {
  store.check_writable();
  try {
    return collect_until_done(store, options, 1);
  } catch (const Error& error) {
    if (error.sys_errno() != ENOSPC || options.dry_run || store.fs.poisoned()) throw;
  }
  // The disk is full: make room with what can just be unlinked, and rewrite nothing for its share.
  Collection(store, options, 1).tidy();
  GcOptions frugal = options;
  frugal.live_percent_min = 0;
  return collect_until_done(store, frugal, 2);
}

}  // namespace vstore
