// 1. The source's state is pinned by its open packs: mapped files outlive their names.
// 2. Order at the destination: packs (read back, checked, synced), then their names, then the root
// (protocol.md rule
//    20). Until the root's slot is synced the destination is what it was.
// 3. The destination has an id of its own, so a root that a copied pack carries is not taken for one of its
// own.
#include "vstore/backup.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "os/mapped.h"
#include "store/backup_origin.h"
#include "store/create.h"
#include "store/open_checks.h"
#include "store/pack_files.h"
#include "store/switch_root.h"
#include "store/transaction_impl.h"

namespace vstore {
namespace {

constexpr std::size_t piece_size = 1u << 20;

/// A pack in the destination's tmp/, locked by its open file.
struct CopiedPack {
  PackName name;
  std::unique_ptr<os::File> file;
};

class Backup {
 public:
  Backup(const Store& source, Store& destination, os::Fs& fs, const BackupOrigin& origin, Progress* progress)
      : source_id_(source.id()),
        from_(source.durable_snapshot()),
        to_(*destination.begin().impl().store),
        fs_(fs),
        origin_(origin),
        progress_(progress) {}

  void run(BackupReport& report) {
    const auto begun = to_.newest();
    check_is_older(*begun);
    report.generation = from_.generation();
    if (is_same(*begun)) {
      report.up_to_date = true;
    } else {
      copy_packs(packs_named(begun->root), report);
      publish(*begun);
    }
    if (origin_.operation != from_.operation()) write_origin(fs_, to_.paths, {source_id_, from_.operation()});
  }

 private:
  const LoadedRoot& root() const { return from_.state().root; }

  // ---- what the destination is

  /// Every state of the destination must be one that the source had.
  void check_is_older(const Snapshot::State& state) const {
    const Snapshot there{std::make_shared<const Snapshot::State>(state.root, state.packs)};
    const bool is_new = there.generation() == 1 && origin_.operation.is_null();
    if (is_new || is_in_log(from_, there.operation())) return;
    // The operation may have expired in the source; then it is enough that nobody touched the backup since.
    if (from_.horizon() && there.operation() == origin_.operation) return;
    const bool is_ahead = is_in_log(there, from_.operation());
    throw Error(ErrorCode::refused,
                "backup '" + to_.paths.directory + "' " +
                    (is_ahead ? "is ahead of the store" : "has changes that the store does not have"),
                "choose another directory; a restored store starts a backup of its own");
  }

  static bool is_in_log(const Snapshot& snapshot, const Id& operation) {
    std::vector<Id> pending = {snapshot.operation()};
    std::unordered_set<Id> seen;
    while (!pending.empty()) {
      const Id id = pending.back();
      pending.pop_back();
      if (id == operation) return true;
      if (!seen.insert(id).second || !snapshot.find(id)) continue;
      for (const Id& parent : snapshot.parents(id)) pending.push_back(parent);
    }
    return false;
  }

  bool is_same(const Snapshot::State& there) const {
    if (there.root.root.operation != root().root.operation) return false;
    std::set<PackName> have;
    for (const RootPack& pack : there.root.root.packs) have.insert(pack.summary.name);
    return std::ranges::all_of(root().live(),
                               [&](const RootPack& pack) { return have.contains(pack.summary.name); });
  }

  // ---- packs

  /// Only packs that the destination's root names are there to stay: recovery removes others (recover.h).
  void copy_packs(const std::set<PackName>& named, BackupReport& report) {
    std::uint64_t total = 0;
    for (const PackInSet& pack : from_.state().packs->packs()) total += pack.reader->summary().file_size;
    if (progress_) progress_->phase("copying packs", from_.state().packs->packs().size(), total);
    for (const PackInSet& pack : from_.state().packs->packs()) {
      const std::uint64_t size = pack.reader->summary().file_size;
      if (named.contains(pack.reader->name()) && is_there(pack.reader->summary())) {
        ++report.packs_kept;
        if (progress_) progress_->advance(1, size);
        continue;
      }
      copy(*pack.reader);
      ++report.packs_copied;
      report.bytes_copied += size;
    }
  }

  bool is_there(const PackSummary& summary) const {
    const std::string path = to_.paths.pack(summary.name);
    const auto reader = PackReader::open(fs_, path);
    if (!reader) return false;
    check_is_meant(*reader, summary, path);
    reader->verify_structure();
    return true;
  }

  void copy(const PackReader& pack) {
    const std::string path = to_.paths.tmp_pack(pack.name());
    remove_leftover(path);
    auto file = fs_.create(path);
    fs_.try_lock_file(*file);
    copy_bytes(pack.map(), *file);
    const auto copied = PackReader::open(fs_, path);
    if (!copied) throw Error(ErrorCode::lost_race, "'" + path + "' was removed meanwhile", "try again");
    copied->verify();  // what was read, and what was written
    file->datasync();
    copied_.push_back({pack.name(), std::move(file)});
  }

  void copy_bytes(const os::MappedFile& map, os::File& file) {
    const ByteView bytes = map.bytes();
    file.preallocate(bytes.size(), false);
    Bytes piece;
    for (std::size_t at = 0; at < bytes.size(); at += piece.size()) {
      if (progress_ && progress_->cancelled()) throw Error(ErrorCode::refused, "interrupted");
      piece.resize(std::min(piece_size, bytes.size() - at));
      os::guarded(map, [&] { std::copy_n(bytes.data() + at, piece.size(), piece.data()); });
      file.pwrite(at, piece);
      if (progress_) progress_->advance(0, piece.size());
    }
    map.release_pages();
    if (progress_) progress_->advance(1, 0);
  }

  void remove_leftover(const std::string& path) {
    const auto file = fs_.open_write(path);
    if (!file) return;
    if (!fs_.try_lock_file(*file))
      throw Error(ErrorCode::lost_race, "another backup to '" + to_.paths.directory + "' is running",
                  "try again");
    fs_.unlink(path);
  }

  // ---- the root

  void publish(const Snapshot::State& begun) {
    PublishLock lock = to_.lock();
    const Current on = current_under_lock(to_, lock);
    if (on.state->root.hash != begun.root.hash)
      throw Error(ErrorCode::lost_race, "backup '" + to_.paths.directory + "' was changed meanwhile",
                  "try again");
    lock.blank();
    for (const CopiedPack& pack : copied_) {
      fs_.unlink(to_.paths.pack(pack.name));  // left by a backup that was interrupted; no root names it
      fs_.rename_noreplace(to_.paths.tmp_pack(pack.name), to_.paths.pack(pack.name));
    }
    PrivatePack carrier(fs_, to_.paths);
    switch_root(to_, lock, on, next_root(on), carrier, {});
  }

  /// The source's packs, and the destination's own numbers.
  Root next_root(const Current& on) {
    Root next = successor(to_, *on.state);
    std::set<PackName> live;
    for (const RootPack& pack : root().live()) live.insert(pack.summary.name);
    for (const RootPack& pack : next.packs) {
      if (!live.contains(pack.summary.name)) next.condemned.push_back({pack.summary.name, next.generation});
    }
    std::erase_if(next.condemned, [&](const CondemnedPack& pack) { return live.contains(pack.name); });
    unlink_condemned(next);
    next.packs = root().live();
    next.operation = root().root.operation;
    next.horizon = root().root.horizon;
    next.epoch = random_nonce(fs_);
    return next;
  }

  /// Those that no slot names any more (protocol.md rule 4).
  void unlink_condemned(Root& next) {
    const TwoSlots slots = to_.root_file.read_slots();
    if (!slots.both_sound()) return;
    const std::uint64_t oldest = std::min(slots.at[0]->generation, slots.at[1]->generation);
    std::erase_if(next.condemned, [&](const CondemnedPack& pack) {
      if (pack.generation > oldest) return false;
      fs_.unlink(to_.paths.pack(pack.name));
      return true;
    });
  }

  const std::string source_id_;
  const Snapshot from_;
  Store::Impl& to_;
  os::Fs& fs_;
  const BackupOrigin origin_;
  Progress* progress_;
  std::vector<CopiedPack> copied_;
};

/// What an attempt that was interrupted at once leaves.
const std::vector<std::string> origin_leftovers = {"origin.new"};

/// The origin of the backup in `paths`, which is begun if there is nothing yet.
BackupOrigin find_or_begin(os::Fs& fs, const StorePaths& paths, const std::string& source_id, bool& created) {
  const auto names = fs.list(paths.directory);
  auto origin = read_origin(fs, paths);
  created = !origin && (!names || *names == origin_leftovers || names->empty());
  if (created) {
    make_directory_durable(fs, paths.directory);
    origin = {source_id, {}};
    write_origin(fs, paths, *origin);
  }
  if (!origin)
    throw Error(ErrorCode::refused, "'" + paths.directory + "' exists and is no backup",
                "give a directory that does not exist, is empty, or holds an older backup of this store");
  if (origin->store_id != source_id)
    throw Error(ErrorCode::refused, "'" + paths.directory + "' is a backup of another store",
                "give a directory that does not exist, is empty, or holds an older backup of this store");
  return *origin;
}

}  // namespace

BackupReport backup(const Store& source, const std::string& destination, const StoreOptions& options,
                    Progress* progress) {
  os::Fs& fs = fs_of(options);
  const StorePaths paths = store_paths(destination);
  BackupReport report;
  const BackupOrigin origin = find_or_begin(fs, paths, source.id(), report.created);
  Store to =
      fs.stat(paths.format()) ? Store::open(destination, options) : Store::create(destination, options);
  Backup(source, to, fs, origin, progress).run(report);
  return report;
}

}  // namespace vstore
