#include "cli/commit_report.h"

#include "cli/context.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

struct Counts {
  std::uint64_t added = 0, modified = 0, deleted = 0;
  std::uint64_t bytes_before = 0, bytes_after = 0;

  std::uint64_t files() const { return added + modified + deleted; }
};

/// Costs what the commit changed; a first commit is counted by the root of its tree.
Counts count_changes(const Snapshot& snapshot, const Commit& commit) {
  Counts counts;
  const Tree after = snapshot.tree(commit.tree);
  counts.bytes_after = after.totals().bytes;
  if (commit.parents.empty()) {
    counts.added = after.totals().count;
    return counts;
  }
  const Tree before = snapshot.tree(snapshot.commit(commit.parents.front()).tree);
  counts.bytes_before = before.totals().bytes;
  TreeDiff diff(before, after);
  while (const auto change = diff.next()) {
    ++(!change->before ? counts.added : !change->after ? counts.deleted : counts.modified);
  }
  return counts;
}

std::string detail(const Counts& counts) {
  const std::pair<std::uint64_t, const char*> parts[] = {
      {counts.added, " added"}, {counts.modified, " modified"}, {counts.deleted, " deleted"}};
  std::string text;
  for (const auto& [count, what] : parts) {
    if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + what;
  }
  return text;
}

std::string growth(const Counts& counts) {
  const bool grew = counts.bytes_after >= counts.bytes_before;
  return grew ? "+" + human_bytes(counts.bytes_after - counts.bytes_before)
              : "-" + human_bytes(counts.bytes_before - counts.bytes_after);
}

}  // namespace

void print_commit_report(Context& context, const CommitResult& result) {
  const Snapshot snapshot = context.store().snapshot();
  const Commit& commit = result.commit;
  const std::string branch = result.branch.empty() ? "detached HEAD" : escape_for_terminal(result.branch);
  Output& out = context.out();
  out.print("[", branch, result.root_commit ? " (root-commit) " : " ", abbreviate(snapshot, result.id), "] ",
            escape_for_terminal(subject(commit.message)), "\n");
  if (commit.author != commit.committer) {
    out.print(" Author: ", escape_for_terminal(commit.author.name + " <" + commit.author.email + ">"), "\n");
  }
  const Counts counts = count_changes(snapshot, commit);
  if (counts.files() == 0) return;
  out.print(" ", count_of(counts.files(), "file"), " changed (", detail(counts), "), ", growth(counts), "\n");
}

void print_commit_document(Context& context, const CommitResult& result) {
  const Counts counts = count_changes(context.store().snapshot(), result.commit);
  Json document;
  document["commit"] = to_json(result.id);
  set_text(document, "branch", result.branch);
  if (result.branch.empty()) document["branch"] = nullptr;
  document["parents"] = Json::array();
  for (const Id& parent : result.commit.parents) document["parents"].push_back(to_json(parent));
  document["added"] = counts.added;
  document["modified"] = counts.modified;
  document["deleted"] = counts.deleted;
  document["bytes_before"] = counts.bytes_before;
  document["bytes_after"] = counts.bytes_after;
  print_json(context.out(), document);
}

}  // namespace vstore::cli
