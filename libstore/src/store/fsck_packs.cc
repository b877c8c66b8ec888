// Pass 2: the packs as files.
#include "store/fsck_run.h"
#include "store/pack_files.h"
#include "store/root_file.h"

namespace vstore {
namespace {

void check_live(FsckRun& run) {
  for (const PackInSet& pack : run.packs->packs()) {
    run.check_cancelled();
    run.report.packs += 1;
    const PackName& name = pack.reader->name();
    if (!guard_damage(run, DamageKind::pack, file_of(name), [&] { pack.reader->verify_structure(); }))
      run.mark_unsound(name);
  }
}

/// The generation of the older slot; what it names must be there until it is overwritten.
std::uint64_t oldest_slot(FsckRun& run) {
  const RootFile file(run.fs, run.paths.root(), run.store_id.value_or(Nonce{}));
  const TwoSlots slots = file.read_slots();
  return slots.both_sound() ? std::min(slots.at[0]->generation, slots.at[1]->generation) : 0;
}

/// Packs that the newest root condemned and the other slot still names: all that a fall-back would have.
void check_condemned(FsckRun& run) {
  if (!run.root || run.root->root.condemned.empty() || !run.fs.stat(run.paths.root())) return;
  const std::uint64_t oldest = oldest_slot(run);
  for (const CondemnedPack& pack : run.root->root.condemned) {
    if (pack.generation <= oldest) continue;
    const bool sound = guard_damage(run, DamageKind::pack, file_of(pack.name), [&] {
      const auto reader = PackReader::open(run.fs, run.paths.pack(pack.name));
      if (reader) reader->verify();  // if it is gone, the slots have moved on
    });
    if (!sound) run.mark_unsound(pack.name);
  }
}

/// Packs that no root names are left over from something interrupted. They are inert.
void note_leftovers(FsckRun& run) {
  if (!run.root) return;
  const std::set<PackName> named = packs_named(*run.root);
  std::size_t left = 0;
  for (const PackName& name : packs_present(run.fs, run.paths)) left += !named.contains(name);
  if (left > 0) run.note(std::to_string(left) + " packs are not part of the store's state");
}

}  // namespace

void fsck_packs(FsckRun& run) {
  if (run.options.progress) run.options.progress->phase("checking packs", run.packs->packs().size(), 0);
  check_live(run);
  check_condemned(run);
  note_leftovers(run);
}

}  // namespace vstore
