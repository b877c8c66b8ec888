// vstore/describe.h - names for commits that have none, from refs nearby; and a file's log across renames.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "vstore/history.h"
#include "vstore/store.h"

namespace vstore {

/// The nearest ref among a commit's ancestors, itself included.
struct Description {
  std::string ref;          ///< full name
  std::uint64_t ahead = 0;  ///< commits that lead to the commit but not to the ref
};
/// Of the refs that `is_candidate` takes, the one with the fewest commits between; nullopt if none is an ancestor.
/// Annotated tags come before other refs of the same commit.
std::optional<Description> describe(const Snapshot& snapshot, const Id& commit,
                                    const std::function<bool(const Ref&)>& is_candidate);

/// The commit as seen from the nearest ref among its descendants: "tags/v1~3^2". nullopt if there is none. Tags are
/// preferred; merges count as far away.
std::optional<std::string> name_from_refs(const Snapshot& snapshot, const Id& commit,
                                          const std::function<bool(const Ref&)>& is_candidate);

/// A log of one file that goes on under its old name where it was renamed. Belongs to one thread.
class FollowWalk {
 public:
  /// `options.paths` is the one path.
  FollowWalk(Snapshot snapshot, LogOptions options);
  FollowWalk(FollowWalk&&) noexcept;
  ~FollowWalk();
  std::optional<LogEntry> next();
  /// The file's name in the commit that next() returned last.
  const std::string& path() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vstore
