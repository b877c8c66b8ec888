// cli/walk_options.h - which commits: the options and arguments that log, rev-list and shortlog have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/ref_selection.h"
#include "cli/revision_args.h"
#include "vstore/describe.h"
#include "vstore/history.h"
#include "vstore/search.h"

namespace vstore::cli {

struct WalkOptions {
  std::optional<std::uint64_t> count_max, skipped;
  std::optional<std::string> since, until, author, grep, pickaxe, pickaxe_lines;
  std::vector<std::string> meta;
  bool ignore_case = false, first_parent = false, topo_order = false, merges = false, no_merges = false, follow = false;
  RefSelection refs;

  /// All but --follow, which only log has. `count_name`: where -n has another meaning, "--max-count".
  void declare(Args& args, const std::string& count_name = "-n,--max-count");
  /// What the arguments and options come to; HEAD if no revision is given.
  LogOptions log_options(Context& context, const Snapshot& snapshot, const RevisionArguments& arguments) const;
};

/// The commits that the options let through. Belongs to one thread; `options` and `snapshot` outlive it.
class CommitStream {
 public:
  CommitStream(const Snapshot& snapshot, const WalkOptions& options, LogOptions walk);
  std::optional<LogEntry> next();
  /// With --follow: the file's name in the commit that next() returned last; else empty.
  std::string path() const;

 private:
  std::optional<LogEntry> step() { return follow_ ? follow_->next() : walk_->next(); }
  std::optional<LogEntry> next_match();

  const Snapshot& snapshot_;
  std::optional<LogWalk> walk_;
  std::optional<FollowWalk> follow_;
  std::vector<Pickaxe> pickaxes_;
  std::uint64_t to_skip_;
  std::uint64_t left_;
};

}  // namespace vstore::cli
