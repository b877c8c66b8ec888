#include "workspace/moved_files.h"

namespace vstore {

std::optional<MovedFiles> read_moved_files(const Workspace::Impl& ws, const Snapshot& snapshot) {
  const auto from = snapshot.ref(ws.ref("moved/from")), to = snapshot.ref(ws.ref("moved/to"));
  if (!from || !to) return std::nullopt;
  return MovedFiles{from->id, to->id};
}

void note_moved_files(const Workspace::Impl& ws, Transaction& txn, const std::optional<MovedFiles>& moved) {
  const auto set = [&](const char* name, const std::optional<Id>& tree) {
    const auto old = txn.base().ref(ws.ref(name));
    if (old || tree)
      txn.set_ref(ws.ref(name), old, tree ? std::optional(RefValue::tree(*tree)) : std::nullopt);
  };
  set("moved/from", moved ? std::optional(moved->from) : std::nullopt);
  set("moved/to", moved ? std::optional(moved->to) : std::nullopt);
}

}  // namespace vstore
