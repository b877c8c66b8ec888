// cli/acknowledge.h - tells the world which commits are durable: an outside recorder at once, the hook post-commit when
// the command is done.
//
// With VSTORE_ACK_FD=N, a command that makes a commit writes its id and a newline to descriptor N after the
// commit is durable and before the command ends or prints. Power-cut and kill tests count these lines.
#pragma once

#include <optional>

#include "vstore/id.h"

namespace vstore::cli {

class Context;

class Acknowledger {
 public:
  /// Reads the environment. Throws `usage` unless it names a descriptor open for writing: a recorder that would
  /// hear nothing is told before anything is changed.
  explicit Acknowledger(Context& context);
  /// Writes the line with one call. If that fails the commit stands all the same, so it is no error.
  void acknowledge(const Id& commit) const;

 private:
  Context& context_;
  std::optional<int> descriptor_;
};

}  // namespace vstore::cli
