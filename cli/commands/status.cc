#include "cli/command.h"
#include "cli/json.h"
#include "cli/status_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

enum class Format { long_text, short_text, porcelain, json };

std::string_view word(WorkChange change) {
  switch (change) {
    case WorkChange::none: return "none";
    case WorkChange::added: return "added";
    case WorkChange::modified: return "modified";
    case WorkChange::deleted: return "deleted";
    case WorkChange::type_changed: return "type_changed";
    case WorkChange::untracked: return "untracked";
    case WorkChange::ignored: return "ignored";
    case WorkChange::renamed: return "renamed";
    case WorkChange::unmerged: return "unmerged";
  }
  return "";
}

class StatusCommand final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Show what differs between HEAD, the stage and the files: what the next commit will have, what could "
        "be added, what is not tracked.");
    args.flag("-s,--short", short_, "one line per path");
    args.flag("-b,--branch", branch_, "with --short or --porcelain: the branch on the first line");
    args.optional_value("--porcelain", "VERSION", "v1", porcelain_,
                        "like --short, in a form that never changes, for scripts (v1 only)");
    args.flag("--long", long_, "the long text (the default)");
    args.flag("-z", null_terminated_, "end lines with NUL, paths as they are; implies --porcelain");
    args.optional_value("--ignored", "MODE", "traditional", ignored_, "show ignored files too (mode: no to turn it off)");
    args.optional_value("-u,--untracked-files", "MODE", "all", untracked_,
                        "no: none, normal: untracked directories as one (the default), all: each file");
    args.flag("--json", json_, "as a JSON document");
    args.positionals("PATH", paths_);
  }

  int run(Context& context) override {
    const Format format = choose_format();
    StatusOptions options;
    options.paths = context.select(paths_);
    options.ignored = ignored_ && *ignored_ != "no";
    set_untracked(context, options);
    context.begin("comparing files");
    const Status status = context.workspace().status(options);
    switch (format) {
      case Format::long_text:
        context.page();
        context.out().print(long_status(context, status, {.untracked_shown = options.untracked}));
        break;
      case Format::short_text: print_short(context, status); break;
      case Format::porcelain: print_porcelain(context, status); break;
      case Format::json: print_as_json(context, status); break;
    }
    return report_problems(context, "read", status.problems);
  }

  Format choose_format() const {
    if (porcelain_ && *porcelain_ != "v1" && *porcelain_ != "1") {
      throw Error(ErrorCode::usage, "unknown porcelain version '" + escape_for_terminal(*porcelain_) + "'",
                  "only v1 exists; --json has more");
    }
    if (json_) return Format::json;
    if (porcelain_ || (null_terminated_ && !short_)) return Format::porcelain;
    return short_ ? Format::short_text : Format::long_text;
  }

  void set_untracked(Context& context, StatusOptions& options) const {
    const std::string mode =
        untracked_ ? *untracked_ : context.config("status.showuntrackedfiles").value_or("normal");
    if (mode != "no" && mode != "normal" && mode != "all") {
      throw Error(ErrorCode::usage, "unknown mode '" + escape_for_terminal(mode) + "' for untracked files",
                  "modes are no, normal and all");
    }
    options.untracked = mode != "no";
    options.untracked_all = mode == "all";
  }

  std::string branch_line(Context& context, const Status& status) const {
    if (status.branch.empty()) return "## HEAD (no branch)";
    const std::string name = context.out().paint(Colour::green, escape_for_terminal(status.branch));
    return status.head ? "## " + name : "## No commits yet on " + name;
  }

  void print_short(Context& context, const Status& status) const {
    const char end = null_terminated_ ? '\0' : '\n';
    if (branch_) context.out().print(branch_line(context, status), end);
    for (const StatusEntry* entry : in_listing_order(status)) {
      if (null_terminated_) {
        print_porcelain_entry(context.out(), *entry);
      } else {
        context.out().print(short_status_line(context, *entry), end);
      }
    }
  }

  void print_porcelain(Context& context, const Status& status) const {
    context.out().set_coloured(false);
    if (branch_) context.out().print(branch_line(context, status), null_terminated_ ? '\0' : '\n');
    for (const StatusEntry* entry : in_listing_order(status)) print_porcelain_entry(context.out(), *entry);
  }

  /// Paths from the workspace's root, whatever the current directory.
  void print_porcelain_entry(Output& out, const StatusEntry& entry) const {
    const bool outside = entry.unstaged == WorkChange::untracked || entry.unstaged == WorkChange::ignored;
    const char staged = static_cast<char>(outside ? entry.unstaged : entry.staged);
    out.print(staged, static_cast<char>(entry.unstaged), ' ');
    if (null_terminated_) {
      out.print(entry.path, '\0');
      if (!entry.old_path.empty()) out.print(entry.old_path, '\0');
    } else {
      if (!entry.old_path.empty()) out.print(quote_short(entry.old_path), " -> ");
      out.print(quote_short(entry.path), '\n');
    }
  }

  static Json merge_json(const PendingMerge& merge) {
    Json item;
    item["kind"] = to_string(merge.kind);
    item["commit"] = merge.other ? to_json(*merge.other) : Json();
    item["conflicts"] = merge.conflicts.size();
    return item;
  }

  static void print_as_json(Context& context, const Status& status) {
    Json document;
    document["branch"] = status.branch.empty() ? Json() : Json(status.branch);
    document["head"] = status.head ? to_json(*status.head) : Json();
    document["base_moved"] = status.base_moved;
    document["nothing_checked_out"] = status.nothing_checked_out;
    document["merge"] = status.merge ? merge_json(*status.merge) : Json();
    document["entries"] = Json::array();
    for (const StatusEntry& entry : status.entries) {
      Json item;
      set_text(item, "path", entry.path);
      if (!entry.old_path.empty()) set_text(item, "old_path", entry.old_path);
      item["staged"] = word(entry.staged);
      item["unstaged"] = word(entry.unstaged);
      item["conflict"] = entry.conflict;
      document["entries"].push_back(std::move(item));
    }
    document["problems"] = Json::array();
    for (const PathProblem& problem : status.problems) {
      Json item;
      set_text(item, "path", problem.path);
      item["message"] = problem.message;
      document["problems"].push_back(std::move(item));
    }
    print_json(context.out(), document);
  }

  bool short_ = false, long_ = false, branch_ = false, null_terminated_ = false, json_ = false;
  std::optional<std::string> porcelain_, ignored_, untracked_;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_status() { return std::make_unique<StatusCommand>(); }

}  // namespace vstore::cli
