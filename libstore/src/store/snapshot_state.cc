#include "store/snapshot_state.h"

#include <map>

namespace vstore {

void check_is_meant(const PackReader& reader, const PackSummary& expected, const std::string& path) {
  const PackSummary& found = reader.summary();
  if (found.name == expected.name && found.file_size == expected.file_size &&
      found.object_count == expected.object_count && found.footer_hash == expected.footer_hash) {
    return;
  }
  throw Error(ErrorCode::damaged, "pack '" + path + "' is not the one that the store's root names",
              "restore it from a copy of the store, or run 'vstore fsck'");
}

namespace {

using Readers = std::map<PackName, std::shared_ptr<const PackReader>>;

Readers readers_of(const Snapshot::State* state) {
  Readers readers;
  if (!state) return readers;
  for (const PackInSet& pack : state->packs->packs()) readers.emplace(pack.reader->name(), pack.reader);
  return readers;
}

std::shared_ptr<const PackReader> open_pack(os::Fs& fs, const StorePaths& paths, const PackSummary& summary,
                                            const Readers& open) {
  const auto reuse = open.find(summary.name);
  auto reader = reuse != open.end() ? reuse->second : PackReader::open(fs, paths.pack(summary.name));
  if (!reader) throw MissingPack(paths.pack(summary.name));
  check_is_meant(*reader, summary, paths.pack(summary.name));
  return reader;
}

}  // namespace

// Bitmaps are objects of the very packs that they are about, so they are read before anything is dead.
void load_dead_bitmaps(const std::vector<RootPack>& live, std::vector<PackInSet>& packs,
                       const std::shared_ptr<FrameCache>& cache) {
  const PackSet undead(packs, cache);
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!live[i].dead) continue;
    const Blob bitmap = undead.read(*live[i].dead, ObjectType::bitmap);
    if (bitmap.bytes.size() != (packs[i].reader->object_count() + 7) / 8) {
      throw Error(ErrorCode::damaged, "the dead bitmap '" + live[i].dead->hex() + "' has the wrong size");
    }
    packs[i].dead = std::make_shared<const Bytes>(bitmap.bytes.begin(), bitmap.bytes.end());
  }
}

MissingPack::MissingPack(const std::string& path)
    : Error(ErrorCode::damaged, "pack '" + path + "' is missing",
            "restore it from a copy of the store, or run 'vstore fsck'") {}

Snapshot::State::State(LoadedRoot loaded, std::shared_ptr<const PackSet> pack_set)
    : root(std::move(loaded)), packs(std::move(pack_set)) {}

Id Snapshot::State::view() const {
  std::call_once(view_once_, [this] {
    view_ = decode_operation(packs->read(root.root.operation, ObjectType::operation).text()).view;
  });
  return view_;
}

std::shared_ptr<const Snapshot::State> open_state(os::Fs& fs, const StorePaths& paths, LoadedRoot root,
                                                  const Snapshot::State* previous,
                                                  const std::shared_ptr<FrameCache>& cache) {
  const std::vector<RootPack> live = root.live();
  const Readers open = readers_of(previous);
  std::vector<PackInSet> packs;
  packs.reserve(live.size());
  bool any_dead = false;
  for (const RootPack& pack : live) {
    packs.push_back({open_pack(fs, paths, pack.summary, open), nullptr});
    any_dead = any_dead || pack.dead;
  }
  if (any_dead) load_dead_bitmaps(live, packs, cache);
  return std::make_shared<const Snapshot::State>(std::move(root),
                                                 std::make_shared<const PackSet>(std::move(packs), cache));
}

}  // namespace vstore
