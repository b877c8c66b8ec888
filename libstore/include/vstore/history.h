// vstore/history.h - walking commits: logs, ancestry, merge bases; comparing snapshots.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/revision.h"
#include "vstore/store.h"

namespace vstore {

/// How a log is walked. Default order is git's: by commit time, newest first, parents never before
/// all of their shown children when `topo_order` is set (and with a graph it is).
struct LogOptions {
  RevisionSet set;
  bool topo_order = false;
  bool first_parent = false;
  std::optional<std::int64_t> since;      ///< commit time >=, seconds
  std::optional<std::int64_t> until;      ///< commit time <=
  std::optional<std::string> author;      ///< POSIX extended regular expression on "Name <email>"
  std::optional<std::string> grep;        ///< the same on the message
  bool ignore_case = false;
  std::optional<bool> merges;             ///< true: only commits with several parents; false: only others
  /// Only commits whose meta data has all of these keys, with the value where one is given.
  std::vector<std::pair<std::string, std::optional<std::string>>> meta;
  std::vector<std::string> paths;         ///< only commits that change one of these; as in CompareOptions
};

struct LogEntry {
  Id id;
  Commit commit;
  /// For the graph, with topo_order: the parents that this walk shows too; with a path filter, each
  /// replaced by its nearest ancestor that is shown. Without topo_order: commit.parents.
  std::vector<Id> shown_parents;
};

/// Pull interface; the snapshot is kept alive by the walk. One thread.
class LogWalk {
 public:
  LogWalk(Snapshot snapshot, LogOptions options);
  LogWalk(LogWalk&&) noexcept;
  ~LogWalk();
  std::optional<LogEntry> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All best common ancestors, as git merge-base --all.
std::vector<Id> merge_bases(const Snapshot& snapshot, const Id& a, const Id& b);
bool is_ancestor(const Snapshot& snapshot, const Id& ancestor, const Id& descendant);
/// Commits reachable from a but not b, and from b but not a ("ahead 2, behind 1").
struct AheadBehind { std::uint64_t ahead = 0; std::uint64_t behind = 0; };
AheadBehind ahead_behind(const Snapshot& snapshot, const Id& a, const Id& b);

// ---------------------------------------------------------------------- comparing two snapshots --

enum class ChangeStatus : char {
  added = 'A', deleted = 'D', modified = 'M', renamed = 'R', copied = 'C', type_changed = 'T'
};

struct Change {
  ChangeStatus status;
  std::string old_path;   ///< empty for added
  std::string new_path;   ///< empty for deleted; equal to old_path unless renamed or copied
  std::optional<Entry> before;
  std::optional<Entry> after;
  int similarity = 100;   ///< per cent, for renames and copies
};

/// Where the origins of copies are looked for.
enum class FindCopies {
  no,
  among_changed,  ///< among files that changed or are gone
  among_all,      ///< among all files of the version before: costs reading all of them
};

struct CompareOptions {
  /// Files, directories with all below, or glob patterns in git's pathspec meaning ('*' crosses '/');
  /// empty: everything.
  std::vector<std::string> paths;
  /// By equal content id first, then by shared pieces of text or, for large binaries, shared chunks.
  bool find_renames = true;
  int rename_similarity_min = 50;
  FindCopies copies = FindCopies::no;  ///< needs find_renames
  /// With more than the square of this many pairs left, unequal contents are only compared under equal
  /// file names.
  std::size_t rename_candidates_max = 1000;
};

/// Differences between two snapshot roots in path order (of new_path, or old_path if deleted). Reads
/// only nodes that differ.
std::vector<Change> compare_trees(const Snapshot& snapshot, const Id& before, const Id& after,
                                  const CompareOptions& options = {});
/// Joins additions with deletions in `changes` (in path order, and so left): equal contents first, then
/// alike contents under the same file name, then whatever is most alike. `reader` must have all contents.
/// Contents that are not equal are only compared among files and executables, and the last step only if
/// there are no more pairs than the square of `rename_candidates_max`. `before`: the version before, for copies among
/// all its files.
void find_renames(const ObjectReader& reader, const CompareOptions& options, std::vector<Change>& changes,
                  const Tree* before = nullptr);
/// How many bytes a change took away and brought, as far as contents can tell; at least 1 if the content changed.
/// `reader` must have both sides.
std::uint64_t changed_bytes(const ObjectReader& reader, const Change& change);
/// The same where the after side is not in the store but is this text.
std::uint64_t changed_bytes(const ObjectReader& reader, const Change& change, std::string_view after);
/// The same as compare_trees() as a stream without rename detection: bounded memory for huge diffs.
void for_each_change(const Tree& before, const Tree& after, const std::vector<std::string>& paths,
                     const std::function<bool(const Change&)>& visit);

}  // namespace vstore
