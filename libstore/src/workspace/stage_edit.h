// workspace/stage_edit.h - applies a stream of path changes to the stage, in batches of bounded memory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vstore/store.h"
#include "vstore/tree.h"

namespace vstore {

/// Edits in ascending path order. One thread at a time.
class StageEdit {
 public:
  StageEdit(Transaction& txn, const Id& root) : txn_(txn), root_(root) {}
  void put(std::string path, std::optional<Entry> entry);
  /// The root with all edits applied.
  const Id& finish();

 private:
  void apply();
  bool may_end_before(std::string_view path) const;

  Transaction& txn_;
  Id root_;
  std::vector<TreeEdit> edits_;
};

}  // namespace vstore
