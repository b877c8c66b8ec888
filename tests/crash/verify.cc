#include "crash/verify.h"

#include <algorithm>
#include <set>

#include "os/crash_model.h"
#include "os/mem_fs.h"
#include "os/recording_fs.h"
#include "store/open_checks.h"
#include "store/references.h"
#include "store/root.h"
#include "vstore/backup.h"
#include "vstore/fsck.h"

namespace vstore::crash {
namespace {

// Seeds of MemFs, and with them boot ids: after a power cut it is another boot.
constexpr std::uint64_t boot_of_recovery = 1'000'000'000'001, boot_after_cut = 1'000'000'000'002;

struct Fault {
  std::string what;
};

void demand(bool holds, const std::string& what) {
  if (!holds) throw Fault{what};
}

/// Reads each object that hangs off what was named so far, once. Snapshot::read() hashes what it returns.
class Reach {
 public:
  explicit Reach(const Snapshot& snapshot) : snapshot_(snapshot) {}

  void from(const Id& id, ObjectType type) {
    pending_.emplace_back(id, type);
    while (!pending_.empty()) {
      const auto [next, known] = pending_.back();
      pending_.pop_back();
      if (seen_.insert(next).second) read(next, known);
    }
  }

 private:
  void read(const Id& id, ObjectType type) {
    visit_references(type, snapshot_.read(id, type), [&](const Id& named, std::optional<ObjectType> known) {
      const auto info = snapshot_.find(named);
      demand(info.has_value(), "I2: an object is missing from a closure: " + named.hex());
      pending_.emplace_back(named, known.value_or(info->type));
    });
  }

  const Snapshot& snapshot_;
  std::set<Id> seen_;
  std::vector<std::pair<Id, ObjectType>> pending_;
};

/// I1, I2, I8: the whole log of operations, every ref of each, every commit ever acknowledged.
void check_contents(const Snapshot& now, const std::vector<Id>& commits) {
  Reach reach(now);
  for (Id operation = now.operation();;) {
    reach.from(operation, ObjectType::operation);
    const std::vector<Id> parents = now.parents(operation);
    if (parents.empty()) break;
    operation = parents[0];
  }
  for (const Id& commit : commits) reach.from(commit, ObjectType::commit);
}

/// I1 to I4, for a state that may be any from the promised one to the one attempted next.
std::uint64_t check_reading(const Store& store, const Recording& recording, std::uint64_t acknowledged) {
  const Snapshot now = store.snapshot();
  const std::uint64_t seen = now.generation();
  demand(seen >= acknowledged, "I1: an acknowledged generation is gone");
  const auto refs = recording.refs.find(seen);
  demand(refs != recording.refs.end(), "I3: a generation that nobody wrote");
  demand(refs_of(now) == refs->second, "I3, I4: the refs are not those of this generation");
  check_contents(now, recording.commits.at(seen));
  return seen;
}

Id commit_after_crash(Store& store) {
  Transaction txn = store.begin();
  TreeBuilder tree(txn);
  tree.add("after", {Kind::file, 5, txn.put(ObjectType::chunk, as_bytes(std::string("after")))});
  Commit commit;
  commit.tree = tree.finish();
  commit.message = "after the crash";
  const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)));
  txn.set_ref("refs/heads/after", std::nullopt, RefValue::commit(id));
  txn.publish({{"tester", "t@example.org"}, "commit", Time{2, 0}});
  return id;
}

void check_fsck(os::Fs& fs, const char* path = store_path) {
  FsckOptions options;
  options.store = options_for(fs);
  options.threads = 1;
  const FsckReport report = fsck(path, options);
  if (!report.sound()) throw Fault{std::string("I5: fsck ") + path + ": " + report.damage[0].file + ": " + report.damage[0].what};
}

/// The store was not acknowledged yet and is not there: making one must work.
void check_creating(os::Fs& fs) {
  Store store = Store::create(store_path, options_for(fs));
  commit_after_crash(store);
}

/// I6, and reading what came of it.
void check_writing(os::Fs& fs, const Recording& recording, std::uint64_t seen) {
  Store store = Store::open(store_path, options_for(fs));
  const Id id = commit_after_crash(store);
  const Snapshot again = Store::open(store_path, options_for(fs)).snapshot();
  demand(again.generation() == seen + 1, "I6: the new commit is not the next generation");
  const RefMap refs = refs_of(again);
  RefMap expected = recording.refs.at(seen);
  expected["refs/heads/after"] = id.hex();
  demand(refs == expected, "I3, I6: the new commit is not there, or changed other refs");
  check_contents(again, recording.commits.at(seen));
}

/// I9: a slot to fall back to must not name what is gone.
void check_slots(os::Fs& fs, const char* path) {
  const StorePaths paths = store_paths(path);
  const auto file = fs.open_read(paths.root());
  if (!file) return;
  for (const std::uint64_t at : {std::uint64_t{0}, std::uint64_t{slot_spacing}}) {
    SlotBytes bytes{};
    file->pread_some(at, bytes);
    const auto slot = decode_slot(bytes);
    if (!slot || slot->root_size > blob_beside_max) continue;
    Bytes blob(slot->root_size);
    file->pread_some(at + blob_offset, blob);
    if (hash_root(blob) != slot->root_hash) continue;
    for (const RootPack& pack : LoadedRoot{decode_root(blob), slot->root_hash, slot->carrier}.live()) {
      demand(fs.stat(paths.pack(pack.summary.name)).has_value(), "I9: a slot names a pack that is not there");
    }
  }
}

/// What is there of a backup can be read, and is one of the store's states.
void check_backup(os::Fs& fs, const Recording& recording, const Promise& promise) {
  if (!Store::is_store(backup_path, options_for(fs))) {
    return demand(promise.backed_up == 0, "a backup that was promised is not there");
  }
  check_slots(fs, backup_path);
  const Snapshot copy = Store::open(backup_path, options_for(fs)).snapshot();
  if (promise.backed_up == 0 && copy.generation() == 1) return;  // nothing but its creation
  const RefMap refs = refs_of(copy);
  const bool known = std::any_of(recording.refs.lower_bound(promise.backed_up), recording.refs.end(),
                                 [&](const auto& state) { return state.second == refs; });
  demand(known, "the backup holds no state of the store, or one older than promised");
  check_contents(copy, {});
}

/// The next backup goes on there, whatever a crash left.
void check_backing_up(os::Fs& fs) {
  const Store store = Store::open(store_path, options_for(fs));
  backup(store, backup_path, options_for(fs));
  const Store copy = Store::open(backup_path, options_for(fs));
  demand(refs_of(copy.snapshot()) == refs_of(store.snapshot()), "a backup after the crash has other refs");
  check_fsck(fs, backup_path);
}

/// I7: the power fails again while the first writer recovers and commits.
void check_crashes_of_recovery(os::Image state, std::uint64_t seen, const Recording& before) {
  os::MemFs memory(std::move(state), top, boot_of_recovery);
  os::RecordingFs fs(memory, top);
  Store store = Store::open(store_path, options_for(fs));
  Recording recovery = before;
  const Id id = commit_after_crash(store);
  recovery.refs[seen + 1] = before.refs.at(seen);
  recovery.refs[seen + 1]["refs/heads/after"] = id.hex();
  recovery.commits[seen + 1] = before.commits.at(seen);
  const os::Trace trace = fs.trace();
  os::CrashModel model(trace, 512);
  do {
    for (const bool kept : {false, true}) {
      os::Image image = model.state(std::vector<bool>(model.unit_count(), kept), os::LostReads::garbage);
      if (const auto fault = fault_of(std::move(image), recovery, {seen})) throw Fault{"I7: " + *fault};
    }
  } while (model.step());
}

/// I9: the slot that is left and the packs lead to what was acknowledged.
void check_rotten_slots(const os::Image& state, const Recording& recording, std::uint64_t acknowledged) {
  for (const std::size_t at : {std::size_t{0}, slot_spacing}) {
    os::Image rotten = state;
    rotten.files.at("s/root").at(at + 20) ^= 0x40;
    os::MemFs fs(std::move(rotten), top, boot_after_cut);
    try {
      check_reading(Store::open(store_path, options_for(fs)), recording, acknowledged);
    } catch (const std::exception& error) {
      throw Fault{std::string("I9: with one slot rotten: ") + error.what()};
    } catch (const Fault& fault) {
      throw Fault{"I9: with one slot rotten: " + fault.what};
    }
  }
}

void check_state(os::Image state, const Recording& recording, const Promise& promise) {
  if (promise.at_rest) check_rotten_slots(state, recording, promise.acknowledged);
  os::Image untouched = promise.deep ? state : os::Image();
  os::MemFs fs(std::move(state), top, boot_after_cut);
  if (promise.acknowledged == 0 && !Store::is_store(store_path, options_for(fs))) return check_creating(fs);
  const std::uint64_t seen =
      check_reading(Store::open(store_path, options_for(fs)), recording, promise.acknowledged);
  check_slots(fs, store_path);
  if (promise.deep && !recording.repaired) check_fsck(fs);
  check_backup(fs, recording, promise);
  check_writing(fs, recording, seen);
  if (!promise.deep) return;
  check_fsck(fs);
  check_backing_up(fs);
  check_crashes_of_recovery(std::move(untouched), seen, recording);
}

}  // namespace

std::optional<std::string> fault_of(os::Image state, const Recording& recording, Promise promise) {
  try {
    check_state(std::move(state), recording, promise);
    return std::nullopt;
  } catch (const Fault& fault) {
    return fault.what;
  } catch (const std::exception& error) {
    return std::string("the store cannot be used: ") + error.what();
  }
}

}  // namespace vstore::crash
