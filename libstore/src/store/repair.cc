// Repair. The order of writes is that of every publish (docs/durability.md), with these differences:
//
// 1. The publish lock is held from the first look to the end.
// 2. Damaged packs are moved aside after everything that replaces them is durable and before the root that
// does without
//    them is written: a pack in packs/ that carries an unpublished root is removed by the next holder of the
//    lock (recover.h), and a damaged one may be the only copy of something. A crash in between leaves a root
//    that names packs which now lie in `damaged/`; they are looked through by the next repair.
// 3. Both slots get the new root: neither may name a pack that was moved.
// 4. Without anything to change, nothing is written.
#include <algorithm>
#include <ranges>

#include "base/hex.h"
#include "store/empty_tree.h"
#include "store/fsck_run.h"
#include "store/heal.h"
#include "store/open_checks.h"
#include "store/pack_files.h"
#include "store/publish_lock.h"
#include "store/root_search.h"
#include "store/settle.h"
#include "store/store_impl.h"
#include "store/switch_root.h"
#include "tree/tree_node.h"

namespace vstore {
namespace {

/// One state of the store that a repair tries to make whole again.
struct Attempt {
  Attempt(FsckRun& run, LoadedRoot chosen, std::vector<RootPack> live, std::shared_ptr<const PackSet> packs)
      : root(std::move(chosen)),
        sound(std::move(live)),
        fresh(run.fs, run.paths, packs, std::make_shared<FrameCache>(run.options.store.frame_cache_bytes)),
        pool(std::move(packs), fresh),
        healer(run.fs, pool, fresh, run.options.progress) {}

  LoadedRoot root;
  std::vector<RootPack> sound;
  std::size_t salvaged = 0, healed = 0;
  NewObjects fresh;
  ObjectPool pool;
  Healer healer;
};

class Repair {
 public:
  Repair(FsckRun& run, PublishLock& lock, const RepairOptions& options, RepairReport& report)
      : run_(run), lock_(lock), options_(options), report_(report) {}

  void go() {
    mend_format();
    const auto attempt = choose_state();
    note_lost(*attempt);
    if (needs_publishing(*attempt)) publish(*attempt);
  }

 private:
  // ---- the file `format`

  void mend_format() {
    const bool damaged = std::ranges::count(run_.report.damage, DamageKind::format, &Damage::kind) > 0;
    if (!damaged) return;
    if (!run_.store_id) throw Error(ErrorCode::damaged, "nothing is left that says which store this was");
    lock_.blank();
    if (run_.fs.stat(run_.paths.format())) move_aside("format");
    const std::string temporary = run_.paths.tmp() + "/format." + PackName::random(run_.fs).hex();
    {
      const auto file = run_.fs.create(temporary);
      file->pwrite(0, as_bytes(encode(StoreFormat{to_hex(*run_.store_id), {}})));
      file->datasync();
    }
    run_.fs.rename(temporary, run_.paths.format());
    run_.fs.sync_directory(run_.paths.directory);
    report_.actions.push_back("wrote the file 'format' again");
  }

  // ---- which state

  /// The newest state whose operation and view can be read, with everything put back that can be.
  std::unique_ptr<Attempt> choose_state() {
    std::vector<LoadedRoot> candidates;
    if (run_.root) candidates.push_back(*run_.root);
    for (LoadedRoot& root : roots_in_packs(run_.fs, run_.paths, run_.store_id))
      candidates.push_back(std::move(root));
    const Id newest = candidates.empty() ? Id{} : candidates.front().hash;
    const std::uint64_t newest_generation = candidates.empty() ? 0 : candidates.front().root.generation;
    for (LoadedRoot& root : candidates) {
      auto attempt = make_attempt(std::move(root));
      put_back(*attempt);
      if (!is_readable(*attempt)) continue;
      if (attempt->root.hash == newest) return attempt;
      report_.generation_lost = newest_generation;
      report_.actions.push_back("went back to generation " + std::to_string(attempt->root.root.generation) +
                                ": no newer state can be read");
      return attempt;
    }
    throw Error(ErrorCode::damaged, "no state of the store can be rebuilt",
                "offer another copy with 'vstore fsck --repair --from'");
  }

  std::unique_ptr<Attempt> make_attempt(LoadedRoot root) {
    std::vector<RootPack> sound;
    std::vector<PackInSet> packs;
    std::vector<PackName> unsound;
    for (const RootPack& pack : root.live()) {
      if (auto reader = sound_reader(pack)) {
        sound.push_back(pack);
        packs.push_back({std::move(reader), nullptr});
      } else {
        unsound.push_back(pack.summary.name);
      }
    }
    load_dead(sound, packs, unsound);
    auto set = std::make_shared<const PackSet>(
        std::move(packs), std::make_shared<FrameCache>(run_.options.store.frame_cache_bytes));
    auto attempt = std::make_unique<Attempt>(run_, std::move(root), std::move(sound), std::move(set));
    for (const PackName& name : unsound) add_salvaged(*attempt, name);
    return attempt;
  }

  std::shared_ptr<const PackReader> sound_reader(const RootPack& pack) {
    const std::string path = run_.paths.pack(pack.summary.name);
    if (run_.unsound.contains(pack.summary.name)) return nullptr;
    try {
      auto reader = PackReader::open(run_.fs, path);
      if (!reader) return nullptr;
      check_is_meant(*reader, pack.summary, path);
      if (!was_checked(pack.summary.name)) reader->verify();
      return reader;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;
      return nullptr;
    }
  }

  bool was_checked(const PackName& name) const {
    return std::ranges::any_of(run_.packs->packs(),
                               [&](const PackInSet& p) { return p.reader->name() == name; });
  }

  /// A dead object may lack its base, or what it names: without the bitmap it would come back as damage. A pack
  /// whose bitmap is lost is therefore no sound one: what is needed is copied out of it.
  void load_dead(std::vector<RootPack>& live, std::vector<PackInSet>& packs, std::vector<PackName>& unsound) {
    std::vector<std::size_t> lost;
    for (std::size_t i = 0; i < live.size(); ++i) {
      if (!load_bitmap(live, packs, i) && !salvage_bitmap(live[i], packs[i], unsound)) lost.push_back(i);
    }
    for (const std::size_t i : lost | std::views::reverse) {
      unsound.push_back(live[i].summary.name);
      run_.unsound.insert(live[i].summary.name);
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(i));
      packs.erase(packs.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  /// False if it cannot be read from the sound packs.
  static bool load_bitmap(const std::vector<RootPack>& live, std::vector<PackInSet>& packs, std::size_t i) try {
    std::vector<RootPack> only(live.size());
    only[i] = live[i];
    load_dead_bitmaps(only, packs, std::make_shared<FrameCache>(1u << 20));
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return false;
  }

  bool salvage_bitmap(const RootPack& root, PackInSet& pack, const std::vector<PackName>& damaged) {
    for (const PackName& name : damaged) {
      const auto from = SalvagedPack::open(run_.fs, run_.paths.pack(name), [](const Id&) { return std::nullopt; });
      const auto bitmap = from ? from->read(*root.dead) : std::nullopt;
      if (!bitmap || bitmap->bytes.size() != (pack.reader->object_count() + 7) / 8) continue;
      pack.dead = std::make_shared<const Bytes>(bitmap->bytes.begin(), bitmap->bytes.end());
      return true;
    }
    return false;
  }

  void add_salvaged(Attempt& attempt, const PackName& name) {
    ObjectPool& pool = attempt.pool;
    auto pack = SalvagedPack::open(run_.fs, run_.paths.pack(name),
                                   [&pool](const Id& base) { return pool.read_plain(base); });
    if (pack) pool.add(std::move(pack));
  }

  // ---- objects

  std::vector<Id> damaged_ids() const {
    std::vector<Id> ids;
    for (const Damage& damage : run_.report.damage) {
      if (damage.object && damage.kind != DamageKind::canonical) ids.push_back(*damage.object);
    }
    return ids;
  }

  /// What is put back may name more that is lost, so again until nothing comes any more.
  void put_back(Attempt& attempt) {
    std::vector<Id> also = damaged_ids();
    for (const RootPack& pack : attempt.sound) {
      if (pack.dead) also.push_back(*pack.dead);
    }
    for (std::size_t before = 1, now = 0; before != now;) {
      before = attempt.salvaged + attempt.healed;
      WantedObjects wanted = find_wanted(attempt.pool, attempt.root.root, also);
      if (wanted.size() == 0) return;
      attempt.salvaged += attempt.healer.salvage(wanted);
      attempt.healed += attempt.healer.heal_from_packs(own_leftovers(attempt), wanted);
      for (const std::string& place : options_.from)
        attempt.healed += heal_from(attempt.healer, place, wanted);
      now = attempt.salvaged + attempt.healed;
    }
  }

  void add_packs_in(const std::string& directory, std::vector<std::string>& packs) {
    for (const std::string& name : run_.fs.list(directory).value_or(std::vector<std::string>{})) {
      if (name.ends_with(".pack")) packs.push_back(directory + "/" + name);
    }
  }

  /// Packs of this store that are no part of its state: those moved aside before, and what something
  /// interrupted left.
  std::vector<std::string> own_leftovers(const Attempt& attempt) {
    std::vector<std::string> packs;
    std::set<PackName> live;
    for (const RootPack& pack : attempt.root.live()) live.insert(pack.summary.name);
    for (const PackName& name : packs_present(run_.fs, run_.paths)) {
      if (!live.contains(name)) packs.push_back(run_.paths.pack(name));
    }
    add_packs_in(run_.paths.directory + "/damaged", packs);
    return packs;
  }

  /// A workspace has both: the packs of its store, and files.
  std::size_t heal_from(Healer& healer, const std::string& place, const WantedObjects& wanted) {
    run_.check_cancelled();
    std::vector<std::string> packs;
    for (const char* below : {"", "/packs", "/damaged"}) add_packs_in(place + below, packs);
    const bool has_files = packs.empty();
    for (const char* below : {"/.vstore/packs", "/.vstore/damaged"}) add_packs_in(place + below, packs);
    const std::size_t from_packs = healer.heal_from_packs(packs, wanted);
    return has_files ? from_packs + healer.heal_from_files(place, wanted) : from_packs;
  }

  /// True if the state has an operation and every ref can be listed.
  static bool is_readable(Attempt& attempt) {
    try {
      const Blob bytes = attempt.pool.read(attempt.root.root.operation, ObjectType::operation);
      const Tree view(attempt.pool, decode_operation(bytes.text()).view);
      for (auto cursor = view.begin(); cursor.valid(); cursor.next()) {
      }
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;
      return false;
    }
  }

  // ---- publishing

  bool needs_publishing(const Attempt& attempt) const {
    return run_.root_unsound || attempt.sound.size() != attempt.root.live().size() ||
           attempt.salvaged + attempt.healed > 0 || !run_.unsound.empty() || !run_.root ||
           attempt.root.hash != run_.root->hash;
  }

  /// Higher than any that there is a trace of.
  std::uint64_t next_generation(const Attempt& attempt) {
    std::uint64_t highest = attempt.root.root.generation;
    for (const LoadedRoot& root : roots_in_packs(run_.fs, run_.paths, run_.store_id))
      highest = std::max(highest, root.root.generation);
    if (const auto file = open_root_file()) {
      for (const auto& slot : file->read_slots().at) highest = std::max(highest, slot ? slot->generation : 0);
    }
    return highest + 1;
  }

  std::optional<RootFile> open_root_file() {
    if (!run_.fs.stat(run_.paths.root())) return std::nullopt;
    return std::optional<RootFile>(std::in_place, run_.fs, run_.paths.root(), *run_.store_id);
  }

  Root next_root(const Attempt& attempt) {
    const Root& now = attempt.root.root;
    Root next;
    next.generation = next_generation(attempt);
    next.store_id = now.store_id;
    next.predecessor = attempt.root.hash;
    next.epoch = random_nonce(run_.fs);  // objects went away: writers look up again what they rely on
    next.collected = now.collected;
    next.operation = now.operation;
    next.horizon = now.horizon;
    next.nonce = random_nonce(run_.fs);
    next.packs = attempt.sound;
    next.condemned = now.condemned;
    if (now.second_carrier) next.condemned.push_back({*now.second_carrier, next.generation});
    std::erase_if(next.condemned,
                  [&](const CondemnedPack& pack) { return run_.unsound.contains(pack.name); });
    return next;
  }

  void publish(Attempt& attempt) {
    attempt.fresh.flush();
    PrivatePack& carrier = attempt.fresh.final_pack();
    const Sealed sealed = seal(run_.fs, run_.paths, next_root(attempt), carrier);
    lock_.blank();
    if (sealed.second) sealed.second->writer.move_into(run_.paths.packs());
    carrier.writer.move_into(run_.paths.packs());
    run_.fs.sync_directory(run_.paths.packs());
    move_packs_aside();
    const Slot slot = write_slots(sealed);
    lock_.mark_clean(slot);
    report_.objects_salvaged = attempt.salvaged;
    report_.objects_healed = attempt.healed;
    report_.actions.push_back("published generation " + std::to_string(slot.generation));
  }

  Slot write_slots(const Sealed& sealed) {
    const Slot slot = slot_for(sealed.root, sealed.blob.size());
    const std::string generation = std::to_string(slot.generation);
    auto file = open_root_file();
    if (!file) {
      RootFile::create(run_.fs, run_.paths.root(), slot, sealed.blob);
      run_.fs.sync_directory(run_.paths.directory);
      run_.fs.note("acknowledged generation " + generation);
      return slot;
    }
    const int first = 1 - file->read_slots().newest().value_or(1);
    for (const int position : {first, 1 - first}) {
      file->write(position, slot, sealed.blob);
      file->sync();
      if (position == first) run_.fs.note("acknowledged generation " + generation);
    }
    return slot;
  }

  void move_packs_aside() {
    bool moved = false;
    for (const PackName& name : run_.unsound) {
      if (!run_.fs.stat(run_.paths.pack(name))) continue;
      move_aside(file_of(name));
      moved = true;
    }
    if (moved) run_.fs.sync_directory(run_.paths.packs());
  }

  /// To `damaged/`, under the same name, or with a number if that is taken. The new name is durable.
  void move_aside(const std::string& file) {
    const std::string directory = run_.paths.directory + "/damaged";
    if (run_.fs.make_directory(directory)) run_.fs.sync_directory(run_.paths.directory);
    const std::string name = file.substr(file.rfind('/') + 1);
    std::string target = "damaged/" + name;
    for (int n = 2; run_.fs.stat(run_.paths.directory + "/" + target); ++n)
      target = "damaged/" + std::to_string(n) + "-" + name;
    run_.fs.rename_noreplace(run_.paths.directory + "/" + file, run_.paths.directory + "/" + target);
    run_.fs.sync_directory(directory);
    report_.moved.push_back(target);
  }

  void note_lost(const Attempt& attempt) {
    const WantedObjects wanted = find_wanted(attempt.pool, attempt.root.root, {});
    report_.lost.assign(wanted.ids.begin(), wanted.ids.end());
    std::ranges::sort(report_.lost);
  }

  FsckRun& run_;
  PublishLock& lock_;
  const RepairOptions& options_;
  RepairReport& report_;
};

void demand_writable(os::Fs& fs, const StorePaths& paths, const StoreOptions& options) {
  if (!fs.poisoned() && (options.allow_network || !fs.is_network(paths.directory))) return;
  throw Error(fs.poisoned() ? ErrorCode::io : ErrorCode::refused,
              "cannot write to store '" + paths.directory +
                  "': " + (fs.poisoned() ? "an earlier sync failed" : "it is on a network file system"),
              "copy the store to a sound local disk and repair it there");
}

}  // namespace

RepairReport repair(const std::string& directory, const RepairOptions& options) {
  os::Fs& fs = fs_of(options.store);
  const StorePaths paths = store_paths(directory);
  check_is_store(fs, paths);
  check_owner(fs, paths, options.store);
  demand_writable(fs, paths, options.store);
  PublishLock lock(fs, paths.lock(), options.store.lock_timeout_ms);

  FsckOptions checking;
  checking.store = options.store;
  checking.threads = options.threads;
  checking.progress = options.progress;
  FsckRun run(fs, paths, checking);
  run.locked = true;
  run_fsck(run);
  RepairReport report;
  report.before = run.report;
  report.after = run.report;
  if (run.report.sound() && !run.root_unsound) return report;

  for (const std::string& needed : {paths.packs(), paths.tmp(), paths.info()}) fs.make_directory(needed);
  Repair(run, lock, options, report).go();
  if (report.actions.empty()) return report;
  FsckRun again(fs, paths, checking);
  again.locked = true;
  run_fsck(again);
  report.after = std::move(again.report);
  return report;
}

}  // namespace vstore
