// Roll-forward (protocol.md rule 7).
//
// 1. A torn newest slot and a rotten one look alike, so the survivor alone never decides: an acknowledged
//    root may have been in the bad one. Every pack carries the root it was written for.
// 2. The only candidate is the survivor's child, by predecessor hash. Two are damage, and so is a pack that
//    cannot be read and that the survivor does not name: it might carry the child.
// 3. The child counts only if all packs that it names are there.
#include "store/settle.h"

#include "pack/pack_reader.h"
#include "store/pack_files.h"
#include "store/snapshot_state.h"
#include "vstore/error.h"

namespace vstore {
namespace {

constexpr const char* repair_hint = "run 'vstore fsck --repair'";

/// The root blob of a slot from the footer of a pack; empty if the pack does not carry it.
Bytes blob_in(os::Fs& fs, const StorePaths& paths, const PackName& carrier, const Id& root_hash) {
  const auto pack = PackReader::open(fs, paths.pack(carrier));
  if (!pack) throw MissingPack(paths.pack(carrier));
  const ByteView blob = pack->root_blob();
  if (hash_root(blob) != root_hash) return {};
  return Bytes(blob.begin(), blob.end());
}

Bytes find_blob(os::Fs& fs, const StorePaths& paths, const RootFile& file, int position, const Slot& slot) {
  if (auto beside = file.read_blob(position, slot)) return std::move(*beside);
  Bytes blob = blob_in(fs, paths, slot.carrier.name, slot.root_hash);
  if (blob.empty() && slot.second_carrier) blob = blob_in(fs, paths, *slot.second_carrier, slot.root_hash);
  return blob;
}

/// The root that an unlisted pack was written for, if that is the survivor's child.
std::optional<LoadedRoot> child_in(os::Fs& fs, const StorePaths& paths, const PackName& name,
                                   const LoadedRoot& survivor) {
  const auto pack = PackReader::open(fs, paths.pack(name));
  if (!pack || pack->root_blob().empty()) return std::nullopt;
  LoadedRoot child{decode_root(pack->root_blob()), hash_root(pack->root_blob()), pack->summary()};
  if (child.root.predecessor != survivor.hash || child.root.store_id != survivor.root.store_id)
    return std::nullopt;
  if (child.root.carrier != name) return std::nullopt;  // a second carrier: the first one speaks for both
  return child;
}

void check_complete(os::Fs& fs, const StorePaths& paths, const LoadedRoot& root) {
  for (const RootPack& pack : root.live()) {
    if (!PackReader::open(fs, paths.pack(pack.summary.name)))
      throw MissingPack(paths.pack(pack.summary.name));
  }
}

std::optional<LoadedRoot> find_child(os::Fs& fs, const StorePaths& paths, const LoadedRoot& survivor) {
  const std::set<PackName> known = packs_named(survivor);
  std::optional<LoadedRoot> child;
  for (const PackName& name : packs_present(fs, paths)) {
    if (known.contains(name)) continue;
    auto candidate = child_in(fs, paths, name, survivor);
    if (!candidate) continue;
    if (child) {
      throw Error(ErrorCode::damaged,
                  "a slot of the store's root is damaged and two packs claim to be the next state",
                  repair_hint);
    }
    child = std::move(candidate);
  }
  if (child) check_complete(fs, paths, *child);
  return child;
}

}  // namespace

LoadedRoot load_root(os::Fs& fs, const StorePaths& paths, const RootFile& file, int position,
                     const Slot& slot) {
  const Bytes blob = find_blob(fs, paths, file, position, slot);
  if (blob.empty()) {
    throw Error(
        ErrorCode::damaged,
        "no copy of the store's root record of generation " + std::to_string(slot.generation) + " is whole",
        repair_hint);
  }
  LoadedRoot loaded{decode_root(blob), slot.root_hash, slot.carrier};
  const Root& root = loaded.root;
  if (root.generation != slot.generation || root.store_id != slot.store_id ||
      root.carrier != slot.carrier.name) {
    throw Error(ErrorCode::damaged, "the store's root record and its slot disagree", repair_hint);
  }
  return loaded;
}

Slot slot_for(const LoadedRoot& loaded, std::size_t blob_size) {
  Slot slot;
  slot.generation = loaded.root.generation;
  slot.store_id = loaded.root.store_id;
  slot.nonce = loaded.root.nonce;
  slot.root_hash = loaded.hash;
  slot.root_size = static_cast<std::uint32_t>(blob_size);
  slot.carrier = loaded.carrier;
  slot.second_carrier = loaded.root.second_carrier;
  return slot;
}

Settled settle(os::Fs& fs, const StorePaths& paths, const RootFile& file) {
  const TwoSlots slots = file.read_slots();
  const auto newest = slots.newest();
  if (!newest) {
    throw Error(ErrorCode::damaged, "both slots of the store's root '" + paths.root() + "' are damaged",
                "run 'vstore fsck --repair' to rebuild it from the packs");
  }
  Settled settled{
      load_root(fs, paths, file, *newest, *slots.at[static_cast<std::size_t>(*newest)]), newest, {}};
  if (slots.both_sound()) return settled;
  settled.bad = 1 - *newest;
  if (auto child = find_child(fs, paths, settled.root)) {
    settled.root = std::move(*child);
    settled.holder.reset();
  }
  return settled;
}

}  // namespace vstore
