// vstore/linediff.h - line differences of two texts, as unified hunks (library: dtl).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/id.h"
#include "vstore/object.h"

namespace vstore {

struct DiffLine {
  char tag;               ///< ' ', '-', '+'
  std::string_view text;  ///< with its newline if it has one; points into the caller's text
};

struct Hunk {
  std::uint64_t old_start = 0, old_count = 0;  ///< 1-based as in `@@ -a,b +c,d @@`
  std::uint64_t new_start = 0, new_count = 0;
  std::vector<DiffLine> lines;
};

/// True if the text has a NUL in its first 8000 bytes (git's rule).
bool looks_binary(std::string_view text);

struct LineDiff {
  std::vector<Hunk> hunks;
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
};

/// Lines of `before` and `after` (which must outlive the result). Common head and tail are cut off
/// first, so the cost is that of the differing middle; a middle of more than `lines_max` lines on
/// either side falls back to "all removed, all added" of that middle.
LineDiff diff_lines(std::string_view before, std::string_view after, unsigned context = 3,
                    std::size_t lines_max = 1'000'000);

/// A place where two large texts differ: whole lines of both, with common ones around.
struct LineStretch {
  std::uint64_t before_offset = 0, after_offset = 0;  ///< where it begins, in bytes
  std::string_view before, after;                     ///< valid during the call
};

/// Calls `visit` with each stretch of two stored contents that differs, in order; together they hold every
/// line that does, and `context` common lines before and after, where there are as many between two
/// stretches. Reads the chunks that differ and a few beside them, and holds one stretch at a time, so the
/// size of the contents does not count. False, possibly after some stretches, if a side looks binary, if one
/// stretch has more than `stretch_bytes_max` on a side, or if a side has more than `chunks_max` chunks.
bool visit_line_stretches(const ObjectReader& reader, const Id& before, const Id& after, unsigned context,
                          const std::function<void(const LineStretch&)>& visit,
                          std::uint64_t stretch_bytes_max = 64u << 20, std::size_t chunks_max = 1u << 20);

struct LineCounts {
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
};

/// How many lines differ between two stored contents (absent: no lines), however large, by their stretches;
/// nullopt where visit_line_stretches() is false. A file that is wholly new or gone is counted as it streams
/// by.
std::optional<LineCounts> count_line_changes(const ObjectReader& reader, const std::optional<Id>& before,
                                             const std::optional<Id>& after,
                                             std::uint64_t stretch_bytes_max = 64u << 20,
                                             std::size_t chunks_max = 1u << 20);

}  // namespace vstore
