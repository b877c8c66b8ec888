// cli/ref_write.h - what the commands have in common that write versions without a workspace: a ref is read, changed,
// and published with one commit, if it still is what it was.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/acknowledge.h"
#include "cli/commit_message.h"
#include "vstore/store.h"

namespace vstore::cli {

class Args;
class Context;

struct RefWriteFlags {
  MessageOptions message;
  std::optional<std::string> expect;
  std::optional<std::uint64_t> lock_timeout;
  bool no_verify = false, quiet = false, json = false;

  void declare(Args& args);
};

/// Throws Error(lost_race) unless the ref leads to the commit that `expect` names; empty or zeros: to none.
void demand_expected(Context& context, const Snapshot& snapshot, const std::string& ref, const std::string& expect);

/// Throws Error(refused) if a workspace has this branch checked out: its files would fall behind.
void demand_free(const Snapshot& snapshot, const std::string& ref);

/// "main" -> "refs/heads/main"; a full name stays.
std::string ref_to_write(const std::string& name);

/// A path for a snapshot, as a user gave it; throws Error(usage) if it may not stand in one.
std::string snapshot_path(const std::string& text);

class RefWrite {
 public:
  /// Opens the store. Refuses a branch that is checked out, and one that is not what was expected.
  RefWrite(Context& context, const RefWriteFlags& flags, const std::string& name);

  Transaction& transaction() { return *txn_; }
  /// The files that the ref has; none if it does not exist.
  const Id& tree() const { return tree_; }
  /// Publishes a commit with these files, unless they are the same, and prints its id; returns the exit code.
  int commit(const Id& tree, const std::string& default_message);

 private:
  void report(const Id& commit, bool changed);

  const Acknowledger recorder_;
  Context& context_;
  const RefWriteFlags& flags_;
  std::string ref_;
  std::optional<Transaction> txn_;
  std::optional<RefValue> old_;
  std::optional<Id> parent_;
  Id tree_;
};

}  // namespace vstore::cli
