// cli/diff_summary.h - what happened to whole files (--summary) and to directories (--dirstat).
#pragma once

#include <string>
#include <vector>

#include "cli/diff_stat.h"

namespace vstore::cli {

/// How --dirstat counts.
struct DirstatOptions {
  enum class By { changes, lines, files };
  By by = By::changes;
  bool cumulative = false;
  unsigned permille_min = 30;

  /// "lines,cumulative,10": throws Error(usage).
  void parse(const std::string& parameters);
};

/// " create mode 100644 name", " rename {a => b}/c (90%)"; empty if nothing of that kind happened.
std::string summary_line(const Change& change);

/// Lines of shares of directories. `options`: for counting lines.
std::string dirstat_text(const std::vector<Change>& changes, const ChangeContents& contents,
                         const DirstatOptions& how, const LineDiffOptions& options);

}  // namespace vstore::cli
