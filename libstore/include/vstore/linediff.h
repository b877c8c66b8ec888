// vstore/linediff.h - line differences of two texts, as unified hunks.
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
  std::string_view section;  ///< the heading it lies below, as git puts it behind `@@`; empty if there is none
  std::vector<DiffLine> lines;
};

/// True if the text has a NUL in its first 8000 bytes (git's rule).
bool looks_binary(std::string_view text);

struct LineDiff {
  std::vector<Hunk> hunks;
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
};

/// Which lines count as equal. White space: blank, tab, carriage return, newline.
enum class WhiteSpace {
  exact,
  ignore_cr_at_end,  ///< a carriage return before the newline does not count
  ignore_at_end,     ///< nor does any white space there
  ignore_amount,     ///< nor how much there is in other places
  ignore_all,        ///< nor whether there is any
};

struct LineDiffOptions {
  unsigned context = 3;  ///< common lines around changes
  unsigned between = 0;  ///< so many more common lines between two changes do not part their hunks
  WhiteSpace white_space = WhiteSpace::exact;
  bool ignore_blank_lines = false;  ///< changes of which all lines are blank do not count
  bool minimal = false;             ///< the fewest changes possible, however long it takes
  bool indent_heuristic = true;     ///< move changes to where blocks begin and end
};

/// Lines of `before` and `after` (which must outlive the result): the hunks that git would show. Common lines are those
/// of `after`. Equal lines at both ends cost next to nothing. Time and memory are bounded by the texts' size, but for
/// `minimal`.
LineDiff diff_lines(std::string_view before, std::string_view after, const LineDiffOptions& options);
LineDiff diff_lines(std::string_view before, std::string_view after, unsigned context = 3);

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
                                             std::size_t chunks_max = 1u << 20, const LineDiffOptions& options = {});

}  // namespace vstore
