// cli/diff_stat.h - `--stat`: a table of changed files with bars, laid out as git does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/change_contents.h"
#include "cli/output.h"

namespace vstore::cli {

/// How much one change changed.
struct ChangeSize {
  std::string name;            ///< as shown: quoted, "old => new" if renamed
  bool binary = false;         ///< counted in bytes, not in lines
  std::uint64_t added = 0;     ///< lines, or bytes after if binary
  std::uint64_t removed = 0;   ///< lines, or bytes before
};

/// Counts lines if both sides are texts (vstore/linediff.h says how large), else bytes.
ChangeSize measure(const Change& change, const ChangeContents& contents, const LineDiffOptions& options);

/// The lines of the table, `width` columns wide. `out` lends its colours.
std::string stat_table(const std::vector<ChangeSize>& sizes, int width, const Output& out);
/// " 2 files changed, 3 insertions(+), 1 deletion(-)" with its newline; empty if nothing changed.
std::string stat_summary(const std::vector<ChangeSize>& sizes);
/// A line of --numstat: "3\t1\tname", "-\t-\tname" if binary.
std::string numstat_line(const ChangeSize& size, const Change& change, bool null_terminated);

/// "dir/{old => new}/file": what both paths share stands outside the braces.
std::string rename_text(const std::string& from, const std::string& to);

}  // namespace vstore::cli
