#include "cli/log_output.h"

#include <utility>

namespace vstore::cli {

LogOutput::LogOutput(const Snapshot& snapshot, LogOutputOptions options, Decorations decorations, Output& out)
    : snapshot_(snapshot),
      options_(std::move(options)),
      decorations_(std::move(decorations)),
      out_(out),
      formatter_(snapshot_, options_.format, decorations_, out_),
      contents_(snapshot_) {
  if (options_.graph) graph_ = std::make_unique<Graph>(out_);
}

void LogOutput::print(const Id& id, const Commit& commit, const std::vector<Id>& shown_parents) {
  if (options_.json) return print_json_line(id, commit);
  if (graph_) graph_->begin(id, shown_parents);
  separate();
  print_text(id, commit);
  print_differences(commit);
}

void LogOutput::limit_to(const std::string& path) {
  if (!path.empty()) options_.paths = {path};
}

void LogOutput::separate() {
  if (!std::exchange(first_, false) && !options_.format.terminated) {
    if (graph_ && ends_line_ && end() == '\n') out_.print(graph_->padding());
    out_.print(end());
  }
}

std::vector<Change> LogOutput::changes_of(const Commit& commit) const {
  if (commit.parents.size() > 1 && !options_.merges) return {};
  const Id before = commit.parents.empty() ? empty_tree_id() : snapshot_.commit(commit.parents.front()).tree;
  return compare_trees(snapshot_, before, commit.tree, options_.diff.compare_options(options_.paths));
}

void LogOutput::print_json_line(const Id& id, const Commit& commit) {
  Json item = commit_json(id, commit, decorations_);
  if (options_.diff.any_format() && !options_.diff.no_patch) {
    item["changes"] = Json::array();
    for (const Change& change : changes_of(commit)) item["changes"].push_back(change_json(change, contents_));
  }
  print_json(out_, item);
}

void LogOutput::print_text(const Id& id, const Commit& commit) {
  start_commit_line();
  const std::string text = formatter_.text(id, commit);
  ends_line_ = text.ends_with('\n');
  print_beside_graph(text);
  finish_graph(ends_line_);
  if (!options_.format.terminated) return;
  if (graph_ && ends_line_) out_.print(graph_->padding());
  out_.print(end());
}

void LogOutput::start_commit_line() {
  if (!graph_) return;
  for (bool is_commit_line = false; !is_commit_line;) {
    out_.print(graph_->line(&is_commit_line));
    if (!is_commit_line) out_.print('\n');
  }
}

/// The first line stands beside the star already.
void LogOutput::print_beside_graph(std::string_view lines) {
  if (!graph_) return out_.print(lines);
  while (!lines.empty()) {
    const std::size_t length = std::min(lines.find('\n'), lines.size() - 1) + 1;
    out_.print(lines.substr(0, length));
    lines.remove_prefix(length);
    if (!lines.empty()) out_.print(graph_->line());
  }
}

/// Edges that the text was too short for.
void LogOutput::finish_graph(bool text_ends_line) {
  if (!graph_ || graph_->finished()) return;
  if (!text_ends_line) out_.print('\n');
  while (!graph_->finished()) {
    out_.print(graph_->line());
    if (!graph_->finished()) out_.print('\n');
  }
  if (text_ends_line) out_.print('\n');
}

void LogOutput::print_differences(const Commit& commit) {
  const DiffOptions& diff = options_.diff;
  if (!diff.any_format() || diff.no_patch) return;
  const std::vector<Change> changes = changes_of(commit);
  if (changes.empty()) return;
  const auto emit = [&](std::string_view lines) {
    if (!graph_) return out_.print(lines);
    while (!lines.empty()) {
      const std::size_t length = std::min(lines.find('\n'), lines.size() - 1) + 1;
      out_.print(graph_->padding(), lines.substr(0, length));
      lines.remove_prefix(length);
    }
  };
  if (options_.format.kind != CommitFormat::Kind::oneline) emit(diff.stat && diff.patch ? "---\n" : "\n");
  const int width = options_.width - (graph_ ? graph_->width() : 0);
  DiffOutput(diff, out_, width, emit).print(changes, contents_);
}

}  // namespace vstore::cli
