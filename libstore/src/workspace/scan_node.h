// workspace/scan_node.h - one directory of a scan: how it is listed, filtered and its files statted.
// Knows nothing of threads; see scan.cc.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/dir.h"
#include "workspace/ignore.h"
#include "workspace/scan.h"

namespace vstore::scan {

/// What all nodes of a scan share.
struct Shared {
  const os::Dir& top;
  ScanOptions options;
  std::mutex mutex;
  std::deque<PathProblem> problems;  ///< guarded by mutex; elements stay where they are

  const PathProblem* add_problem(std::string path, std::string message, ErrorCode code);
};

enum class Verdict : std::uint8_t {
  file,       ///< to be statted and reported
  directory,  ///< looked into: has a child node
  item,       ///< a directory reported as one item: ignored or pruned
  problem,    ///< could not be looked at
  gone,       ///< vanished
};

struct Slot {
  Verdict verdict;
  bool ignored;
  bool pruned;
  std::uint32_t child;         ///< directory: index into children
  const PathProblem* problem;  ///< problem: what
};

/// A directory. First list(), then stat_range() over all of it, in pieces that may run on different threads;
/// what they wrote may be read once the scheduler has seen them end.
class Node {
 public:
  Node(std::string directory, std::shared_ptr<const IgnoreRules::Level> outer_level, bool is_ignored,
       bool is_selected)
      : path(std::move(directory)),
        ignored(is_ignored),
        selected(is_selected),
        level(std::move(outer_level)) {}

  /// Reads, filters and orders the names and makes the child nodes.
  void list(Shared& shared);
  /// Fills stats[begin, end). Closes the directory when all have been done.
  void stat_range(Shared& shared, std::size_t begin, std::size_t end);

  std::size_t size() const noexcept { return names.size(); }
  /// The text of name i, and its full path.
  std::string_view name(std::size_t i) const noexcept { return names.text(names.names()[i]); }
  std::string full(std::string_view name) const {
    return path.empty() ? std::string(name) : path + "/" + std::string(name);
  }

  const std::string path;  ///< no trailing '/'; "" is the top
  const bool ignored;      ///< it or a directory above is ignored
  const bool selected;     ///< everything below is wanted; else only what options.prefixes names
  bool is_empty = false;   ///< nothing at all is in it
  const PathProblem* problem = nullptr;             ///< it could not be read
  std::shared_ptr<const IgnoreRules::Level> level;  ///< the parent's until list() enters the directory

  os::DirNames names;  ///< in key order
  std::vector<Slot> slots;
  std::vector<os::EntryStat> stats;
  std::vector<std::shared_ptr<Node>> children;

 private:
  void stat_one(Shared& shared, std::size_t i);
  bool open_and_read(Shared& shared, os::DirNames& found);
  void read_all(Shared& shared, os::DirNames& found) const;
  void read_selected(Shared& shared, os::DirNames& found) const;
  bool is_nested_workspace(const os::DirNames& found) const;
  bool may_hold_ignore_file(const os::DirNames& found) const;
  void resolve_unknown(os::DirNames& found) const;
  void choose(Shared& shared, os::DirNames& found);
  Slot judge(Shared& shared, const std::string& full_path, os::FileType type, bool& keep) const;
  bool is_selected(const Shared& shared, std::string_view full_path) const;

  std::optional<os::Dir> handle_;
  std::atomic<std::size_t> left_{0};  ///< names not statted yet
};

}  // namespace vstore::scan
