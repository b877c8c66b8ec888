// workspace/scan.h - walks the workspace's files in tree-key order, in parallel, with bounded memory.
//
// Worker threads read directories ahead of the consumer; the consumer sees one stream in plain byte
// order of the full path, a directory's names sorted as if sub-directories ended in '/', which is the
// order of a snapshot's keys. `.vstore` at the top is never reported.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/dir.h"
#include "vstore/progress.h"
#include "vstore/workspace.h"

namespace vstore {

class IgnoreRules;   // workspace/ignore.h
class ListingCache;  // workspace/listing_cache.h

struct ScanItem {
  std::string_view path;     ///< relative to the top; ends in '/' for an empty (or pruned, or ignored) directory
  os::EntryStat stat;        ///< type regular, symlink, directory or other (FIFO, socket, device)
  bool ignored = false;      ///< matched by an ignore rule (tracked files are reported all the same)
  bool pruned = false;       ///< a directory that options.descend refused: not looked into
  /// Not null: this could not be read (an unreadable directory, with trailing '/'; a nested workspace).
  /// Nothing is known about it or what lies below: absence of tracked paths there means nothing.
  const PathProblem* problem = nullptr;
};

struct ScanOptions {
  /// Only these files and what lies below these directories (ascending, no trailing '/', none below
  /// another); empty: everything.
  std::vector<std::string> prefixes;
  const IgnoreRules* ignore = nullptr;   ///< null: nothing is ignored
  /// Whether an ignored file or directory is to be looked at all the same: it is, if this returns true
  /// (something tracked is there). A directory comes with trailing '/'. Called from worker threads;
  /// null: ignored things are never looked into.
  std::function<bool(std::string_view path)> tracked;
  bool report_ignored = false;           ///< ignored files, and ignored directories as one item each
  /// False prunes a directory (given with trailing '/'): it is reported as one item. Called from worker
  /// threads; null: everything is descended into.
  std::function<bool(std::string_view directory)> descend;
  ListingCache* listings = nullptr;      ///< spares reading unchanged directories; null: all are read
  unsigned threads = 0;
};

/// Pull interface for one consumer at a time (calls may come from changing threads). Problems (unreadable
/// directories, a nested workspace) are items of the stream; the scan goes on. The stream is in plain byte
/// order of the paths also with several prefixes ("a", "a-b", "a/x").
class Scan {
 public:
  Scan(const os::Dir& top, ScanOptions options);
  ~Scan();  ///< stops the workers
  Scan(Scan&&) noexcept;

  /// The next item, or nullptr at the end; valid until the next call.
  const ScanItem* next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vstore
