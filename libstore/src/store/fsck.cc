#include "vstore/fsck.h"

#include "store/fsck_run.h"
#include "store/open_checks.h"
#include "store/store_impl.h"

namespace vstore {

std::string_view to_string(DamageKind kind) noexcept {
  switch (kind) {
    case DamageKind::format:
      return "format";
    case DamageKind::root:
      return "root";
    case DamageKind::pack:
      return "pack";
    case DamageKind::frame:
      return "frame";
    case DamageKind::object:
      return "object";
    case DamageKind::missing:
      return "missing";
    case DamageKind::canonical:
      return "canonical";
  }
  return "";
}

// ------------------------------------------------------------------------------------------- run --

void FsckRun::add(Damage damage) {
  std::lock_guard lock(mutex_);
  report.damage.push_back(std::move(damage));
}

void FsckRun::add_object(DamageKind kind, const std::string& file, const Id& id,
                         std::optional<ObjectType> type, std::string what) {
  std::lock_guard lock(mutex_);
  if (!reported_.emplace(kind, file, id).second) return;
  report.damage.push_back({kind, file, id, type, std::move(what), {}, 0});
}

void FsckRun::mark_unsound(const PackName& pack) {
  std::lock_guard lock(mutex_);
  unsound.insert(pack);
}

void FsckRun::note(std::string text) {
  std::lock_guard lock(mutex_);
  report.notes.push_back(std::move(text));
}

bool FsckRun::time_is_up() const {
  return options.time_max_ms && Clock::now() - begun_ >= std::chrono::milliseconds(*options.time_max_ms);
}

void FsckRun::check_cancelled() const {
  if (options.progress && options.progress->cancelled()) throw Error(ErrorCode::refused, "interrupted");
}

std::string file_of(const PackName& name) { return "packs/" + name.hex() + ".pack"; }

// ------------------------------------------------------------------------------------------- top --

void run_fsck(FsckRun& run) {
  // Which state is the newest? The rest is about that one.
  fsck_root(run);

  // The packs' own structure, then their objects: each object's bytes, its form, and that everything it names
  // is there. As every visible object is looked at, this is the closure of every ref and operation, too.
  fsck_packs(run);
  if (!run.options.fast) fsck_frames(run);
  fsck_refs(run);

  // Last, and only if something is damaged: whom does it hit?
  if (!run.report.sound()) fsck_hits(run);
}

FsckReport fsck(const std::string& directory, const FsckOptions& options) {
  os::Fs& fs = fs_of(options.store);
  FsckRun run(fs, store_paths(directory), options);
  check_is_store(fs, run.paths);
  check_owner(fs, run.paths, options.store);
  run_fsck(run);
  return std::move(run.report);
}

}  // namespace vstore
