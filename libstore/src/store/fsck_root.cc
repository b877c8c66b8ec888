// Pass 1: what kind of store, which state.
//
// 1. Without the lock a slot may be torn and a pack overtaken by a fold (protocol.md rule 8), so what looks
//    wrong is looked at again under the shared lock, and only that counts.
// 2. A slot that is not sound is damage, unless the last holder of the lock did not finish: then the next
// writer
//    mends it, and nothing that was acknowledged was in it alone.
// 3. The check goes on with the best root there is.
#include <algorithm>

#include "base/hex.h"
#include "store/fsck_run.h"
#include "store/publish_lock.h"
#include "store/root_search.h"
#include "store/settle.h"
#include "store/store_impl.h"

namespace vstore {
namespace {

std::optional<StoreFormat> check_format(FsckRun& run) {
  const auto file = run.fs.open_read(run.paths.format());
  if (!file) {
    run.add({DamageKind::format, "format", {}, {}, "the file 'format' is missing", {}, 0});
    return std::nullopt;
  }
  std::optional<StoreFormat> format;
  guard_damage(run, DamageKind::format, "format", [&] {
    Bytes text(static_cast<std::size_t>(std::min<std::uint64_t>(file->size(), store_format_size_max)));
    file->pread(0, text);
    format = decode_store_format(as_text(text), run.paths.format());
  });
  return format;
}

Nonce nonce_of(const StoreFormat& format) {
  Nonce id;
  from_hex(format.store_id, id);
  return id;
}

/// The id in a slot whose checksum holds.
std::optional<Nonce> id_in_slots(FsckRun& run) {
  const auto file = run.fs.open_read(run.paths.root());
  for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{slot_spacing}}) {
    SlotBytes bytes;
    if (!file || file->pread_some(offset, bytes) != bytes.size()) continue;
    if (const auto slot = decode_slot(bytes)) return slot->store_id;
  }
  return std::nullopt;
}

/// The id of the store by the file `format`, else by its slots, else by the newest root among its packs. (In a backup
/// the packs carry roots of the store that they were copied from.)
std::optional<Nonce> find_store_id(FsckRun& run) {
  if (const auto format = check_format(run)) return nonce_of(*format);
  if (const auto id = id_in_slots(run)) return id;
  const auto roots = roots_in_packs(run.fs, run.paths, std::nullopt);
  return roots.empty() ? std::nullopt : std::optional(roots.front().root.store_id);
}

void add_root(FsckRun& run, std::string what) {
  run.root_unsound = true;
  run.add({DamageKind::root, "root", {}, {}, std::move(what), {}, 0});
}

/// True if the holder that wrote last is known to have finished: then a bad slot is no leftover of its.
bool last_holder_finished(FsckRun& run) {
  const auto file = run.fs.open_read(run.paths.lock());
  const auto trusted = trusted_mark(run.fs, run.paths.lock());
  if (!file || !trusted) return false;
  Bytes mark(trusted->size());
  mark.resize(file->pread_some(0, mark));
  return as_text(mark) == *trusted;
}

/// A cut during the write of a slot may lose the copy beside it; the next writer makes it again.
void add_bad_copy(FsckRun& run, std::string what) {
  if (last_holder_finished(run)) return add_root(run, std::move(what));
  run.note("root: " + what + "; the last writer may have been interrupted, and the next one mends it");
}

/// Both copies of the root that a slot names: beside it and in its carrier.
void check_copies(FsckRun& run, const RootFile& file, int position, const Slot& slot) {
  const std::string where = "slot " + std::to_string(position);
  if (slot.root_size <= blob_beside_max && !file.read_blob(position, slot))
    add_bad_copy(run, "the root record beside " + where + " is damaged");
  try {
    const auto carrier = PackReader::open(run.fs, run.paths.pack(slot.carrier.name));
    if (!carrier || slot.second_carrier || hash_root(carrier->root_blob()) == slot.root_hash) return;
    run.root_unsound = true;
    run.add({DamageKind::root,
             file_of(slot.carrier.name),
             {},
             {},
             "the pack does not carry the root that " + where + " names",
             {},
             0});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;  // the pack itself is looked at in the next pass
  }
}

/// A repair that was cut off between the two slots leaves the older one without the packs that it moved aside.
void check_names(FsckRun& run, const RootFile& file, int position, const Slot& slot) {
  try {
    const LoadedRoot root = load_root(run.fs, run.paths, file, position, slot);
    const std::vector<RootPack> live = root.live();
    const auto is_gone = [&](const RootPack& pack) { return !run.fs.stat(run.paths.pack(pack.summary.name)); };
    if (std::ranges::none_of(live, is_gone)) return;
    run.root_unsound = true;
    run.note("root: slot " + std::to_string(position) + " names packs that are not there");
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;  // its copies are looked at above
  }
}

void check_slot(FsckRun& run, const RootFile& file, int position, const std::optional<Slot>& slot) {
  if (slot) {
    check_copies(run, file, position, *slot);
    return check_names(run, file, position, *slot);
  }
  const std::string what = "slot " + std::to_string(position) + " is not sound";
  if (last_holder_finished(run)) return add_root(run, what);
  run.root_unsound = true;
  run.note("root: " + what + "; the last writer may have been interrupted, and the next one mends it");
}

/// The newest state as every reader would find it; failing that, the newest that a pack carries.
std::optional<LoadedRoot> choose_root(FsckRun& run, const RootFile* file) {
  std::optional<LoadedRoot> root;
  if (file != nullptr) {
    if (!guard_damage(run, DamageKind::root, "root", [&] { root = settle(run.fs, run.paths, *file).root; }))
      run.root_unsound = true;
  }
  if (root) return root;
  for (LoadedRoot& candidate : roots_in_packs(run.fs, run.paths, run.store_id)) {
    run.note("the rest of the check is about generation " + std::to_string(candidate.root.generation) +
             ", the newest that a pack carries");
    return std::move(candidate);
  }
  return std::nullopt;
}

void open_pack(FsckRun& run, const RootPack& pack, std::vector<RootPack>& live,
               std::vector<PackInSet>& packs) {
  const PackSummary& summary = pack.summary;
  const bool sound = guard_damage(run, DamageKind::pack, file_of(summary.name), [&] {
    auto reader = PackReader::open(run.fs, run.paths.pack(summary.name));
    if (!reader) throw MissingPack(run.paths.pack(summary.name));
    check_is_meant(*reader, summary, run.paths.pack(summary.name));
    packs.push_back({std::move(reader), nullptr});
    live.push_back(pack);
  });
  if (!sound) run.mark_unsound(summary.name);
}

void open_packs(FsckRun& run) {
  std::vector<RootPack> live;
  std::vector<PackInSet> packs;
  if (run.root) {
    for (const RootPack& pack : run.root->live()) open_pack(run, pack, live, packs);
  }
  const auto cache = std::make_shared<FrameCache>(run.options.store.frame_cache_bytes);
  guard_damage(run, DamageKind::root, "", [&] { load_dead_bitmaps(live, packs, cache); });
  run.packs = std::make_shared<const PackSet>(std::move(packs), cache);
}

void inspect(FsckRun& run) {
  run.store_id = find_store_id(run);
  if (run.store_id) run.report.store_id = to_hex(*run.store_id);
  std::optional<RootFile> file;
  if (!guard_damage(run, DamageKind::root, "root",
                    [&] { file.emplace(run.fs, run.paths.root(), run.store_id.value_or(Nonce{})); }))
    run.root_unsound = true;
  if (file) {
    const TwoSlots slots = file->read_slots();
    for (const int position : {0, 1})
      check_slot(run, *file, position, slots.at[static_cast<std::size_t>(position)]);
  }
  run.root = choose_root(run, file ? &*file : nullptr);
  open_packs(run);
}

/// A store on read-only media cannot be locked, and nobody writes to it.
std::unique_ptr<os::Lock> try_lock_shared(FsckRun& run) {
  try {
    return lock_shared(run.fs, run.paths.lock(), run.options.store.lock_timeout_ms);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io) throw;
    return nullptr;
  }
}

}  // namespace

void fsck_root(FsckRun& run) {
  inspect(run);
  if (!run.report.sound() || !run.report.notes.empty()) {
    const auto held = run.locked ? nullptr : try_lock_shared(run);
    run.report = {};
    run.unsound.clear();
    run.root_unsound = false;
    inspect(run);
  }
  if (run.root)
    run.report.generation = run.root->root.generation;
  else
    add_root(run, "no root can be found, in the slots or in the packs");
}

}  // namespace vstore
