// Pass 4: the refs and the operation log. Their objects were looked at one by one; here they are followed.
#include <unordered_set>

#include "store/fsck_run.h"

namespace vstore {
namespace {

/// Counts the operations from the newest back to the horizon; beyond it they have expired (protocol.md rule
/// 19).
void follow_operations(FsckRun& run, const Snapshot& snapshot) {
  std::vector<Id> pending = {snapshot.operation()};
  std::unordered_set<Id> seen(pending.begin(), pending.end());
  while (!pending.empty()) {
    run.check_cancelled();
    const Id id = pending.back();
    pending.pop_back();
    if (!snapshot.find(id)) {
      run.add_object(DamageKind::missing, "", id, ObjectType::operation, "is missing from the operation log");
      continue;
    }
    ++run.report.operations;
    for (const Id& parent : snapshot.parents(id)) {
      if (seen.insert(parent).second) pending.push_back(parent);
    }
  }
}

void count_refs(FsckRun& run, const Snapshot& snapshot) {
  for (auto cursor = snapshot.view().begin(); cursor.valid(); cursor.next()) {
    ++run.report.refs;
    if (!snapshot.find(cursor.entry().id))
      run.add_object(DamageKind::missing, "", cursor.entry().id, std::nullopt,
                     "is missing, named by ref '" + std::string(cursor.key()) + "'");
  }
}

}  // namespace

void fsck_refs(FsckRun& run) {
  if (!run.root) return;
  const Snapshot snapshot(std::make_shared<const Snapshot::State>(*run.root, run.packs));
  try {
    follow_operations(run, snapshot);
    count_refs(run, snapshot);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    if (run.report.sound()) run.add({DamageKind::root, "", {}, {}, error.what(), {}, 0});
  }
  if (run.options.fast) run.report.complete = false;
}

}  // namespace vstore
