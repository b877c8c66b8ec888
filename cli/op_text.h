// cli/op_text.h - operations and the ref changes they made, in words and as JSON.
#pragma once

#include <string>
#include <vector>

#include "cli/json.h"
#include "vstore/operations.h"

namespace vstore::cli {

class Context;

/// Prints operations and ref changes. This workspace's refs are called HEAD, base and stage.
class OperationText {
 public:
  OperationText(Context& context, const Snapshot& snapshot);

  /// "1a2b3c4d5e commit -m text"
  std::string line(const OperationEntry& entry) const;
  /// Id, who, when, and the command, as log prints commits.
  std::string block(const OperationEntry& entry) const;
  /// A line for each ref: "    refs/heads/main  1a2b3c4d5e..5f6e7d8c9b".
  std::string changes(const std::vector<RefChange>& changes) const;

  /// As docs/json.md has it.
  static Json json(const OperationEntry& entry);
  static Json json(const RefChange& change);

 private:
  std::string shown_ref(const std::string& name) const;
  std::string shown_value(const std::optional<RefValue>& value) const;

  const Snapshot& snapshot_;
  std::string workspace_;  ///< prefix of this workspace's refs, or empty
};

}  // namespace vstore::cli
