// Pass 4: the refs and the operation log. Their objects were looked at one by one; here they are followed.
#include "store/fsck_run.h"

namespace vstore {
namespace {

/// Counts the operations from the newest back to the last one that is kept: parents beyond the retention
/// horizon are gone, which is no damage (protocol.md rule 19).
void follow_operations(FsckRun& run, const Snapshot& snapshot) {
  Id next = snapshot.operation();
  while (!next.is_null() && snapshot.find(next)) {
    run.check_cancelled();
    const Operation operation = snapshot.operation(next);
    ++run.report.operations;
    next = operation.parents.empty() ? Id{} : operation.parents.front();
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
    if (!snapshot.find(snapshot.operation()))
      run.add_object(DamageKind::missing, "", snapshot.operation(), ObjectType::operation,
                     "is missing, and is the newest operation");
    follow_operations(run, snapshot);
    count_refs(run, snapshot);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    if (run.report.sound()) run.add({DamageKind::root, "", {}, {}, error.what(), {}, 0});
  }
  if (run.options.fast) run.report.complete = false;
}

}  // namespace vstore
