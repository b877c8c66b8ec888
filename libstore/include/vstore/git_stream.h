// vstore/git_stream.h - histories from and to git, as the streams of `git fast-export` and `git fast-import`.
//
// What both can hold goes over: commits with authors, times and merges, branches, annotated tags, executable
// bits, symbolic links. Meta data of commits and empty directories stay behind; submodules are passed over.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "vstore/progress.h"
#include "vstore/store.h"

namespace vstore {

/// Where a stream comes from. One thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to out.size() bytes; 0 at the end. Throws `io`.
  virtual std::size_t read(std::span<std::uint8_t> out) = 0;
};

struct GitImportOptions {
  Person who;
  std::string command;  ///< for the operation log
  Progress* progress = nullptr;
  std::function<void(const std::string&)> warn;  ///< a line for a person about what stays behind
};

struct GitImportReport {
  std::uint64_t commits = 0;
  std::uint64_t tags = 0;
  std::uint64_t files = 0;  ///< contents read
  std::uint64_t bytes = 0;  ///< of them
};

/// An import into one store, in batches that are published as they come. Not thread-safe.
///
/// Each commit notes git's id in its meta data ("git-commit"): that is how a later import knows what is here,
/// and an interrupted one goes on. Until finish() the new commits are held by refs below "refs/imports/".
class GitImport {
 public:
  GitImport(Store& store, GitImportOptions options);
  ~GitImport();

  /// The object that stands for git's object with this id (40 or 64 hex digits), a commit or an annotated tag
  /// that was imported, now or before.
  std::optional<RefValue> find(const std::string& git_id) const;
  /// Reads the output of `git fast-export --show-original-ids` to its end. Throws `damaged` if it is
  /// malformed or ends early, `usage` if a path in it can't stand in a snapshot; what was published before
  /// stays.
  GitImportReport read(ByteSource& source);
  /// Sets these refs and removes the import's own, in one transaction.
  void finish(const std::map<std::string, RefValue>& refs);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Where a stream goes to.
using ByteSink = std::function<void(std::string_view)>;

struct GitExportReport {
  std::uint64_t commits = 0;
  std::uint64_t tags = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t empty_directories = 0;  ///< that git can't hold
};

/// Writes what `git fast-import` needs to have these refs (commits and annotated tags). `marks`: commits that
/// it has already, with their marks there; those written now are added.
GitExportReport export_to_git(const Snapshot& snapshot, const std::vector<Ref>& refs,
                              std::map<Id, std::uint64_t>& marks, const ByteSink& sink,
                              Progress* progress = nullptr);

}  // namespace vstore
