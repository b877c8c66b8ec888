#include "store/leftovers.h"

#include "store/pack_files.h"
#include "store/settle.h"

namespace vstore {
namespace {

void add_if_there(Store::Impl& store, const std::string& path, std::vector<Leftover>& out) {
  if (const auto info = store.fs.stat(path)) out.push_back({path, info->size});
}

}  // namespace

std::vector<Leftover> ownerless_temporaries(Store::Impl& store) {
  std::vector<Leftover> files;
  for (const std::string& name : store.fs.list(store.paths.tmp()).value_or(std::vector<std::string>{})) {
    const std::string path = store.paths.tmp() + "/" + name;
    const auto file = store.fs.open_write(path);
    if (file && store.fs.try_lock_file(*file)) files.push_back({path, file->size()});
  }
  return files;
}

std::vector<Leftover> unnamed_packs(Store::Impl& store, const LoadedRoot& root) {
  std::vector<Leftover> files;
  const std::set<PackName> named = packs_named(root);
  for (const PackName& name : packs_present(store.fs, store.paths)) {
    if (!named.contains(name)) add_if_there(store, store.paths.pack(name), files);
  }
  return files;
}

std::vector<Leftover> condemned_packs(Store::Impl& store, const LoadedRoot& root) {
  std::vector<Leftover> files;
  for (const CondemnedPack& pack : root.root.condemned) add_if_there(store, store.paths.pack(pack.name), files);
  return files;
}

void settle_both_slots(Store::Impl& store, PublishLock& lock) {
  const TwoSlots slots = store.root_file.read_slots();
  if (!slots.both_sound() || slots.at[0]->generation == slots.at[1]->generation) return;
  const int newest = *slots.newest();
  const Slot& slot = *slots.at[static_cast<std::size_t>(newest)];
  const LoadedRoot root = load_root(store.fs, store.paths, store.root_file, newest, slot);
  lock.blank();
  store.root_file.write(1 - newest, slot, encode(root.root));
  store.root_file.sync();
  lock.mark_clean(slot);
}

void unlink_all(Store::Impl& store, const std::vector<Leftover>& files) {
  for (const Leftover& leftover : files) {
    // A temporary may have found an owner since it was looked at. Held while it goes, so that a writer that has
    // just made it sees that it is gone.
    std::unique_ptr<os::File> held;
    if (leftover.path.starts_with(store.paths.tmp() + "/")) {
      held = store.fs.open_write(leftover.path);
      if (!held || !store.fs.try_lock_file(*held)) continue;
    }
    store.fs.unlink(leftover.path);
  }
}

}  // namespace vstore
