// cli/log_output.h - commits one after the other, as log and show print them: text, graph, differences.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/diff_output.h"
#include "cli/format.h"
#include "cli/graph.h"

namespace vstore::cli {

struct LogOutputOptions {
  CommitFormat format;
  DiffOptions diff;
  std::vector<std::string> paths;  ///< differences are limited to these
  bool graph = false;
  bool json = false;
  bool merges = false;             ///< compare merges with their first parent; else they show no differences
  int width = 80;                  ///< columns
};

/// Blank lines, the graph's lines and differences stand where git puts them. Belongs to one thread.
class LogOutput {
 public:
  LogOutput(const Snapshot& snapshot, LogOutputOptions options, Decorations decorations, Output& out);

  /// `shown_parents`: for the graph.
  void print(const Id& id, const Commit& commit, const std::vector<Id>& shown_parents);
  /// From now on differences are limited to this path, unless it is empty.
  void limit_to(const std::string& path);
  /// What stands between this and other things that show prints.
  void separate();

 private:
  std::vector<Change> changes_of(const Commit& commit) const;
  void print_json_line(const Id& id, const Commit& commit);
  void print_text(const Id& id, const Commit& commit);
  void print_differences(const Commit& commit);
  void start_commit_line();
  void print_beside_graph(std::string_view lines);
  void finish_graph(bool text_ends_line);
  char end() const { return options_.diff.null_terminated ? '\0' : '\n'; }

  const Snapshot& snapshot_;
  LogOutputOptions options_;
  const Decorations decorations_;
  Output& out_;
  const CommitFormatter formatter_;
  const ChangeContents contents_;
  std::unique_ptr<Graph> graph_;
  bool first_ = true;
  bool ends_line_ = true;  ///< the last text ended with a newline
};

}  // namespace vstore::cli
