// vstore/gc.h - giving back the space of what nothing leads to any more.
//
//   vstore::GcReport report = store.collect({.operations_since = now - 90 * 86400});
//
// The collector runs beside readers and writers. It may be interrupted at any point and be run again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vstore/id.h"
#include "vstore/progress.h"

namespace vstore {

struct GcOptions {
  /// Operations older than this (seconds since 1970) expire, but for the newest one; nullopt: none does.
  std::optional<std::int64_t> operations_since;
  /// A pack of which less than this part of the stored bytes is live, in per cent, is rewritten.
  unsigned live_percent_min = 80;
  /// A chunk of a file that changed at least so many times since the last time has its older versions put
  /// together: smaller, and slower to read by a few chunks' decoding. 0: none has; 1 counts as 2.
  unsigned cold_versions_min = 8;
  /// Compress every chunk anew, as small as it gets, instead: takes a minute or more for each gigabyte, most of
  /// which is spent without any lock. What is committed later is stored as ever.
  bool aggressive = false;
  /// Do everything but the last step, and say what it would have come to. The packs that would be kept are
  /// written to temporary files meanwhile.
  bool dry_run = false;
  Progress* progress = nullptr;
};

struct GcCount {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;   ///< canonical
  std::uint64_t stored = 0;  ///< their share of the frames they lie in
};

struct GcReport {
  bool changed = false;  ///< a new root was published (or would have been)
  std::uint64_t operations_kept = 0;
  std::uint64_t operations_expired = 0;
  std::map<ObjectType, GcCount> removed;  ///< what was visible before and is not any more
  std::vector<Id> commits_removed;
  std::uint64_t objects_live = 0;
  std::uint64_t packs_before = 0, packs_after = 0;
  std::uint64_t packs_rewritten = 0;      ///< of those before: copied without what was dead, or folded
  std::uint64_t chunks_cooled = 0;        ///< chunks written anew beside what resembles them
  std::uint64_t leftovers_removed = 0;    ///< files: temporaries without an owner, packs that no root names
  std::uint64_t bytes_before = 0;         ///< of all files of packs and temporaries
  std::uint64_t bytes_after = 0;
};

}  // namespace vstore
