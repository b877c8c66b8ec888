#include "cli/status_text.h"

#include <algorithm>

#include "cli/context.h"
#include "cli/errors.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

constexpr std::size_t kLabelWidth = 12;
constexpr std::size_t kConflictWidth = 17;

bool is_tracked(const StatusEntry& entry) {
  return entry.unstaged != WorkChange::untracked && entry.unstaged != WorkChange::ignored;
}

/// Writes one section after the other. Separated from the sections' choice, which is long_status().
class Sections {
 public:
  Sections(Context& context, bool hints) : context_(context), hints_(hints) {}

  void line(std::string_view text) { text_.append(text).append("\n"); }
  void open(std::string_view title, std::initializer_list<std::string_view> hints) {
    line(title);
    if (!hints_) return;
    for (const std::string_view hint : hints) line("  (" + std::string(hint) + ")");
  }
  void entry(Colour colour, WorkChange change, const StatusEntry& entry) {
    std::string row(label(change));
    if (!row.empty()) (row += ":").resize(kLabelWidth, ' ');
    if (change == WorkChange::renamed) row += context_.shown_path(entry.old_path) + " -> ";
    row += context_.shown_path(entry.path);
    line("\t" + context_.out().paint(colour, row));
  }
  /// A path in conflict: the label says more than one letter could.
  void row(Colour colour, std::string_view label, const StatusEntry& entry) {
    std::string text = std::string(label) + ":";
    text.resize(std::max(text.size() + 1, kConflictWidth), ' ');
    line("\t" + context_.out().paint(colour, text + context_.shown_path(entry.path)));
  }
  void close() { line(""); }
  std::string take() { return std::move(text_); }

 private:
  Context& context_;
  bool hints_;
  std::string text_;
};

/// What is under way, in git's words.
std::string doing(const PendingMerge& merge, const Snapshot& snapshot) {
  const std::string commit = merge.other ? abbreviate(snapshot, *merge.other) : std::string();
  switch (merge.kind) {
    case MergeKind::cherry_pick:
      return merge.other ? "You are currently cherry-picking commit " + commit + "." : "Cherry-pick currently in progress.";
    case MergeKind::revert:
      return merge.other ? "You are currently reverting commit " + commit + "." : "Revert currently in progress.";
    case MergeKind::rebase: {
      const std::string onto = merge.onto ? " on '" + abbreviate(snapshot, *merge.onto) + "'" : "";
      const std::string branch = merge.branch ? " branch '" + escape_for_terminal(short_name(*merge.branch)) + "'" : "";
      return "You are currently rebasing" + branch + onto + ".";
    }
    case MergeKind::merge:
    case MergeKind::squash:
    case MergeKind::apply:
      break;
  }
  return merge.conflicts.empty() ? "All conflicts fixed but you are still in a merge." : "You have unmerged paths.";
}

void merge_lines(const PendingMerge& merge, const Snapshot& snapshot, Sections& out) {
  if (merge.kind == MergeKind::apply || (merge.kind == MergeKind::squash && merge.conflicts.empty())) return;
  const bool picks = merge.kind != MergeKind::merge && merge.kind != MergeKind::squash;
  const std::string name(to_string(picks ? merge.kind : MergeKind::merge));
  out.line(doing(merge, snapshot));
  if (merge.conflicts.empty()) {
    out.line(picks ? "  (all conflicts fixed: run \"vstore " + name + " --continue\")" : "  (use \"vstore commit\" to conclude it)");
  } else {
    out.line(picks ? "  (fix conflicts and run \"vstore " + name + " --continue\")" : "  (fix conflicts and run \"vstore commit\")");
    if (picks) out.line("  (use \"vstore " + name + " --skip\" to leave this commit out)");
    out.line("  (use \"vstore " + name + " --abort\" to take it back)");
  }
  out.line("");
}

void head_lines(Context& context, const Status& status, Sections& out) {
  if (!status.branch.empty()) {
    out.line("On branch " + escape_for_terminal(status.branch));
  } else {
    const std::string at = status.head ? detached_place(context.store().snapshot(), *status.head) : "nothing";
    out.line(context.out().paint(Colour::red, "HEAD detached at ") + at);
  }
  if (status.nothing_checked_out) {
    out.line("Nothing is checked out here yet.");
    out.line("hint: 'vstore switch " + shell_quote(status.branch) + "' (or 'vstore reset --hard') writes the files\n");
  } else if (status.base_moved) {
    out.line("Another workspace has moved this branch since your files were checked out.");
    out.line("  (use \"vstore switch " + status.branch + "\" to bring them up to date)");
  }
  if (!status.head) {
    out.line("\nNo commits yet");
    out.line("");
  }
  if (status.merge) merge_lines(*status.merge, context.store().snapshot(), out);
}

/// What happened to a path in conflict, in git's words.
std::string_view conflict_label(const StatusEntry& entry) {
  const auto is = [&](WorkChange ours, WorkChange theirs) { return entry.staged == ours && entry.unstaged == theirs; };
  if (is(WorkChange::added, WorkChange::added)) return "both added";
  if (is(WorkChange::deleted, WorkChange::deleted)) return "both deleted";
  if (entry.staged == WorkChange::deleted) return "deleted by us";
  if (entry.unstaged == WorkChange::deleted) return "deleted by them";
  if (entry.staged == WorkChange::added) return "added by us";
  if (entry.unstaged == WorkChange::added) return "added by them";
  return "both modified";
}

/// The last line: what there is to commit, if nothing is staged.
void closing_line(const Status& status, bool unstaged, bool untracked, bool untracked_shown, Sections& out) {
  if (unstaged) {
    out.line("no changes added to commit (use \"vstore add\" and/or \"vstore commit -a\")");
  } else if (untracked) {
    out.line("nothing added to commit but untracked files present (use \"vstore add\" to track)");
  } else if (!status.head) {
    out.line("nothing to commit (create/copy files and use \"vstore add\" to track)");
  } else if (!untracked_shown) {
    out.line("nothing to commit (use -u to show untracked files)");
  } else {
    out.line("nothing to commit, working tree clean");
  }
}

}  // namespace

std::string_view label(WorkChange change) {
  switch (change) {
    case WorkChange::added: return "new file";
    case WorkChange::modified: return "modified";
    case WorkChange::deleted: return "deleted";
    case WorkChange::type_changed: return "typechange";
    case WorkChange::renamed: return "renamed";
    case WorkChange::unmerged: return "unmerged";
    case WorkChange::none:
    case WorkChange::untracked:
    case WorkChange::ignored: return "";
  }
  return "";
}

std::vector<const StatusEntry*> in_listing_order(const Status& status) {
  std::vector<const StatusEntry*> entries;
  for (const StatusEntry& entry : status.entries) entries.push_back(&entry);
  const auto rank = [](const StatusEntry* entry) {
    return entry->unstaged == WorkChange::ignored ? 2 : is_tracked(*entry) ? 0 : 1;
  };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const StatusEntry* a, const StatusEntry* b) { return rank(a) < rank(b); });
  return entries;
}

std::string long_status(Context& context, const Status& status, const StatusTextOptions& options) {
  std::vector<const StatusEntry*> staged, unmerged, unstaged, untracked, ignored;
  for (const StatusEntry& entry : status.entries) {
    if (entry.conflict) {
      unmerged.push_back(&entry);
      continue;
    }
    if (is_tracked(entry) && entry.staged != WorkChange::none) staged.push_back(&entry);
    if (is_tracked(entry) && entry.unstaged != WorkChange::none) unstaged.push_back(&entry);
    if (entry.unstaged == WorkChange::untracked) untracked.push_back(&entry);
    if (entry.unstaged == WorkChange::ignored) ignored.push_back(&entry);
  }
  Sections out(context, options.hints);
  head_lines(context, status, out);
  if (!staged.empty()) {
    out.open("Changes to be committed:",
             {status.head ? "use \"vstore restore --staged <file>...\" to unstage"
                          : "use \"vstore rm --cached <file>...\" to unstage"});
    for (const StatusEntry* entry : staged) out.entry(Colour::green, entry->staged, *entry);
    out.close();
  }
  if (!unmerged.empty()) {
    out.open("Unmerged paths:", {"use \"vstore add/rm <file>...\" as appropriate to mark resolution"});
    for (const StatusEntry* entry : unmerged) out.row(Colour::red, conflict_label(*entry), *entry);
    out.close();
  }
  if (!unstaged.empty()) {
    const bool deleted = std::any_of(unstaged.begin(), unstaged.end(),
                                     [](const auto* e) { return e->unstaged == WorkChange::deleted; });
    out.open("Changes not staged for commit:",
             {deleted ? "use \"vstore add/rm <file>...\" to update what will be committed"
                      : "use \"vstore add <file>...\" to update what will be committed",
              "use \"vstore restore <file>...\" to discard changes in working directory"});
    for (const StatusEntry* entry : unstaged) out.entry(Colour::red, entry->unstaged, *entry);
    out.close();
  }
  if (!untracked.empty()) {
    out.open("Untracked files:", {"use \"vstore add <file>...\" to include in what will be committed"});
    for (const StatusEntry* entry : untracked) out.entry(Colour::red, entry->unstaged, *entry);
    out.close();
  }
  if (!ignored.empty()) {
    out.open("Ignored files:", {"use \"vstore add -f <file>...\" to include in what will be committed"});
    for (const StatusEntry* entry : ignored) out.entry(Colour::red, entry->unstaged, *entry);
    out.close();
  }
  if (!options.untracked_shown) out.line("Untracked files not listed (use -u option to show untracked files)");
  if (staged.empty() && !status.nothing_checked_out) {
    closing_line(status, !unstaged.empty() || !unmerged.empty(), !untracked.empty(), options.untracked_shown, out);
  }
  return out.take();
}

std::string quote_short(std::string_view path) {
  std::string quoted = quote_path(path);
  const bool plain_with_space = quoted.find(' ') != quoted.npos && quoted.front() != '"';
  return plain_with_space ? '"' + quoted + '"' : quoted;
}

std::string short_status_line(Context& context, const StatusEntry& entry) {
  const Output& out = context.out();
  if (!is_tracked(entry)) {
    const std::string mark(2, static_cast<char>(entry.unstaged));
    return out.paint(Colour::red, mark) + " " + quote_short(context.relative(entry.path));
  }
  std::string line = out.paint(entry.staged == WorkChange::none ? Colour::plain : Colour::green,
                               std::string(1, static_cast<char>(entry.staged)));
  line += out.paint(entry.unstaged == WorkChange::none ? Colour::plain : Colour::red,
                    std::string(1, static_cast<char>(entry.unstaged)));
  line += " ";
  if (!entry.old_path.empty()) line += quote_short(context.relative(entry.old_path)) + " -> ";
  return line + quote_short(context.relative(entry.path));
}

int report_problems(Context& context, const char* verb, const std::vector<PathProblem>& problems) {
  for (const PathProblem& problem : problems) {
    const bool named = problem.message.find("'" + escape_for_terminal(problem.path) + "'") != std::string::npos;
    const std::string subject = named ? "" : "cannot " + std::string(verb) + " " + context.shown_path(problem.path) + ": ";
    context.note("vstore: " + subject + problem.message);
  }
  return problems.empty() ? 0 : exit_code(problems.front().code);
}

}  // namespace vstore::cli
