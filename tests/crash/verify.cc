#include "crash/verify.h"

#include <algorithm>
#include <map>
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

struct Named {
  Id id;
  std::optional<ObjectType> type;
};
/// What each object names, of those that were read and hashed.
using References = std::map<Id, std::vector<Named>>;

/// Visits each object that hangs off what was named so far, once. Snapshot::read() hashes what it returns;
/// what is in `known` was read before, from files that nobody may write to any more, and need only be there
/// still.
class Reach {
 public:
  Reach(const Snapshot& snapshot, References& known) : snapshot_(snapshot), known_(known) {}

  void from(const Id& id, ObjectType type) {
    pending_.push_back({id, type});
    while (!pending_.empty()) {
      const Named next = pending_.back();
      pending_.pop_back();
      if (!seen_.insert(next.id).second) continue;
      const auto info = snapshot_.find(next.id);
      demand(info.has_value(), "I2: an object is missing from a closure: " + next.id.hex());
      const std::vector<Named>& named = references(next.id, next.type.value_or(info->type));
      pending_.insert(pending_.end(), named.begin(), named.end());
    }
  }

 private:
  const std::vector<Named>& references(const Id& id, ObjectType type) {
    const auto known = known_.find(id);
    if (known != known_.end()) return known->second;
    std::vector<Named> named;
    visit_references(type, snapshot_.read(id, type), [&](const Id& next, std::optional<ObjectType> its) {
      named.push_back({next, its});
    });
    return known_.emplace(id, std::move(named)).first->second;
  }

  const Snapshot& snapshot_;
  References& known_;
  std::set<Id> seen_;
  std::vector<Named> pending_;
};

/// I1, I2, I8: the whole log of operations, every ref of each, every commit ever acknowledged.
void check_contents(const Snapshot& now, const std::vector<Id>& commits, References& known) {
  Reach reach(now, known);
  for (Id operation = now.operation();;) {
    reach.from(operation, ObjectType::operation);
    const std::vector<Id> parents = now.parents(operation);
    if (parents.empty()) break;
    operation = parents[0];
  }
  for (const Id& commit : commits) reach.from(commit, ObjectType::commit);
}

/// What was found at the first look, and must stay.
struct Seen {
  std::uint64_t generation;
  const RefMap& refs;
  const std::vector<Id>& commits;
  References objects;
};

/// I1 to I4, for a state that may be any from the promised one to the one attempted next.
Seen check_reading(const Store& store, const Recording& recording, const Promise& promise) {
  const Snapshot now = store.snapshot();
  const std::uint64_t generation = now.generation();
  demand(generation >= promise.acknowledged, "I1: an acknowledged generation is gone");
  // A repair just now has made a generation of its own, without changing anything in it.
  const std::uint64_t known = promise.needs_repair ? promise.acknowledged : generation;
  const auto refs = recording.refs.find(known);
  demand(refs != recording.refs.end(), "I3: a generation that nobody wrote");
  demand(refs_of(now) == refs->second, "I3, I4: the refs are not those of this generation");
  Seen seen{generation, refs->second, recording.commits.at(known), {}};
  check_contents(now, seen.commits, seen.objects);
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
  if (!report.sound())
    throw Fault{std::string("I5: fsck ") + path + ": " + report.damage[0].file + ": " +
                report.damage[0].what};
}

/// The store was not acknowledged yet and is not there: making one must work.
void check_creating(os::Fs& fs) {
  Store store = Store::create(store_path, options_for(fs));
  commit_after_crash(store);
}

/// I6, and reading what came of it.
void check_writing(os::Fs& fs, Seen& seen) {
  Store store = Store::open(store_path, options_for(fs));
  const Id id = commit_after_crash(store);
  const Snapshot again = Store::open(store_path, options_for(fs)).snapshot();
  demand(again.generation() == seen.generation + 1, "I6: the new commit is not the next generation");
  const RefMap refs = refs_of(again);
  RefMap expected = seen.refs;
  expected["refs/heads/after"] = id.hex();
  demand(refs == expected, "I3, I6: the new commit is not there, or changed other refs");
  check_contents(again, seen.commits, seen.objects);
}

/// I9: a slot to fall back to must not name what is gone.
void check_slots(os::Fs& fs, const char* path) {
  for (const LoadedRoot& root : roots_beside_slots(fs, path)) {
    for (const RootPack& pack : root.live()) {
      demand(fs.stat(store_paths(path).pack(pack.summary.name)).has_value(),
             "I9: a slot names a pack that is not there");
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
  References read;
  check_contents(copy, {}, read);
}

/// The next backup goes on there, whatever a crash left.
void check_backing_up(os::Fs& fs) {
  const Store store = Store::open(store_path, options_for(fs));
  backup(store, backup_path, options_for(fs));
  const Store copy = Store::open(backup_path, options_for(fs));
  demand(refs_of(copy.snapshot()) == refs_of(store.snapshot()), "a backup after the crash has other refs");
  check_fsck(fs, backup_path);
}

/// I7: the power fails again in a run that was recorded; `promise` is what holds all the while.
void check_crashes_of(const os::Trace& trace, const Recording& recording, const Promise& promise) {
  os::CrashModel model(trace, 512);
  do {
    for (const bool kept : {false, true}) {
      os::Image image = model.state(std::vector<bool>(model.unit_count(), kept), os::LostReads::garbage);
      if (const auto fault = fault_of(std::move(image), recording, promise)) throw Fault{"I7: " + *fault};
    }
  } while (model.step());
}

/// I7, while the first writer recovers and commits.
void check_crashes_of_recovery(os::Image state, const Seen& seen, const Recording& before,
                               const Promise& promise) {
  os::MemFs memory(std::move(state), top, boot_of_recovery);
  os::RecordingFs fs(memory, top);
  Store store = Store::open(store_path, options_for(fs));
  const Id id = commit_after_crash(store);
  Recording recovery;
  recovery.refs = before.refs;
  recovery.refs[seen.generation] = recovery.refs[seen.generation + 1] = seen.refs;
  recovery.refs[seen.generation + 1]["refs/heads/after"] = id.hex();
  recovery.commits[seen.generation] = recovery.commits[seen.generation + 1] = seen.commits;
  Promise kept;
  kept.acknowledged = seen.generation;
  kept.backed_up = promise.backed_up;
  check_crashes_of(fs.trace(), recovery, kept);
}

void check_repair(os::Fs& fs) {
  RepairOptions options;
  options.store = options_for(fs);
  options.threads = 1;
  const RepairReport report = repair(store_path, options);
  if (report.sound()) return;
  std::string what = "a repair leaves damage, or loses something that is there:";
  if (report.generation_lost != 0) what += " went back from generation " + std::to_string(report.generation_lost) + ";";
  for (const Id& id : report.lost) what += " lost " + id.hex() + ";";
  for (const Damage& damage : report.after.damage)
    what += " " + damage.file + " " + (damage.object ? damage.object->hex() : "") + ": " + damage.what + ";";
  throw Fault{what};
}

/// I7, while a repair is under way that is done again.
void check_crashes_of_repair(os::Image state, const Recording& recording, const Promise& promise) {
  os::MemFs memory(std::move(state), top, boot_of_recovery);
  os::RecordingFs fs(memory, top);
  check_repair(fs);
  Promise kept = promise;
  kept.thorough = kept.twice = false;
  check_crashes_of(fs.trace(), recording, kept);
}

/// I10, with whatever name it has there.
void check_set_aside(os::Fs& fs, const Recording& recording, std::size_t count) {
  const os::Image all = os::Image::read(fs, store_path);
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes& content = recording.rotten[i].content;
    const bool is_there = std::ranges::any_of(all.files, [&](const auto& file) {
      return file.first.starts_with("damaged/") && file.second == content;
    });
    demand(is_there || content.empty(), "I10: a rotten file is not among those set aside");
  }
}

/// I9: the slot that is left and the packs lead to what was acknowledged.
void check_rotten_slots(const os::Image& state, const Recording& recording, const Promise& promise) {
  for (const std::size_t at : {std::size_t{0}, slot_spacing}) {
    os::Image rotten = state;
    rotten.files.at("s/root").at(at + 20) ^= 0x40;
    os::MemFs fs(std::move(rotten), top, boot_after_cut);
    try {
      check_reading(Store::open(store_path, options_for(fs)), recording, promise);
    } catch (const std::exception& error) {
      throw Fault{std::string("I9: with one slot rotten: ") + error.what()};
    } catch (const Fault& fault) {
      throw Fault{"I9: with one slot rotten: " + fault.what};
    }
  }
}

void check_state(os::Image state, const Recording& recording, const Promise& promise) {
  if (promise.at_rest) check_rotten_slots(state, recording, promise);
  os::Image untouched = promise.twice ? state : os::Image();
  os::MemFs fs(std::move(state), top, boot_after_cut);
  if (promise.set_aside > 0) check_set_aside(fs, recording, promise.set_aside);
  if (promise.needs_repair) check_repair(fs);
  if (promise.acknowledged == 0 && !Store::is_store(store_path, options_for(fs))) return check_creating(fs);
  Seen seen = check_reading(Store::open(store_path, options_for(fs)), recording, promise);
  check_slots(fs, store_path);
  if (promise.thorough && !recording.repaired) check_fsck(fs);
  check_backup(fs, recording, promise);
  check_writing(fs, seen);
  if (promise.set_aside > 0) check_set_aside(fs, recording, promise.set_aside);
  if (promise.thorough) {
    check_fsck(fs);
    check_backing_up(fs);
  }
  if (!promise.twice) return;
  if (promise.needs_repair) return check_crashes_of_repair(std::move(untouched), recording, promise);
  check_crashes_of_recovery(std::move(untouched), seen, recording, promise);
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
