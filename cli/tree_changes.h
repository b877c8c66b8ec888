// cli/tree_changes.h - changes of a snapshot, one after the other, each seeing those before it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "vstore/store.h"
#include "vstore/tree.h"

namespace vstore::cli {

/// Holds what changes in memory; the snapshot itself is read only where asked for. A path may name a file or a
/// directory with all below; `not_found` if it names nothing.
class TreeChanges {
 public:
  TreeChanges(Transaction& txn, const Id& root) : txn_(txn), before_(txn, root) {}

  void put(const std::string& path, const Entry& entry) { edits_[path] = entry; ++count_; }
  void remove(const std::string& path);
  void copy(const std::string& from, const std::string& to);

  std::uint64_t count() const { return count_; }
  /// The new snapshot; `usage` if a file would stand where a directory is.
  Id finish();

 private:
  std::map<std::string, Entry> at(const std::string& path) const;

  Transaction& txn_;
  Tree before_;
  std::map<std::string, std::optional<Entry>> edits_;
  std::uint64_t count_ = 0;
};

}  // namespace vstore::cli
