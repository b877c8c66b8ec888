#include "cli/switching.h"

#include <map>

#include "cli/context.h"
#include "cli/identity.h"
#include "cli/refs.h"
#include "cli/status_text.h"
#include "vstore/history.h"
#include "vstore/names.h"
#include "vstore/operations.h"

namespace vstore::cli {
namespace {

void advise_detached(Context& context, const std::string& target) {
  context.note("Note: switching to '" + escape_for_terminal(target) + "'.");
  context.note("");
  context.note("HEAD is detached: it names a commit, not a branch. You can look around and commit here; to keep");
  context.note("what you commit, give it a branch:");
  context.note("");
  context.note("  vstore switch -c NEW-BRANCH");
  context.note("");
}

/// One move of HEAD. Collects where it goes first, then goes there, then reports.
class Move {
 public:
  Move(Context& context, const SwitchRequest& request)
      : context_(context), request_(request), workspace_(context.workspace()), before_(context.store().snapshot()) {}

  int run() {
    old_branch_ = workspace_.head_branch();
    old_commit_ = workspace_.head_commit();
    find_target();
    if (!commit_) return to_unborn();
    CheckoutOptions options;
    options.force = request_.force;
    if (!request_.new_branch.empty()) {
      options.branch_action = request_.reset_branch ? BranchAction::reset : BranchAction::create;
      refuse_existing();
    }
    context_.begin("checking out files");
    const CheckoutResult result = workspace_.switch_to(branch_, *commit_, options, context_.command_line());
    if (!request_.quiet) {
      if (may_carry_changes()) print_carried();
      report();
    }
    return report_problems(context_, "check out", result.problems);
  }

 private:
  /// Fills branch_ and commit_.
  void find_target() {
    std::string target = request_.target;
    if (target == "-") target = previous_head(context_);
    if (target.starts_with("@{-")) {
      const std::string ref = resolve(before_, context_.revisions(), target).ref;
      if (ref.starts_with(kBranches)) target = short_name(ref);
    }
    if (!request_.new_branch.empty()) {
      branch_ = branch_ref(request_.new_branch);
      if (!target.empty()) {
        commit_ = commit_of(context_, target);
      } else {
        commit_ = old_commit_;
      }
      return;
    }
    const std::string ref = std::string(kBranches) + target;
    const std::optional<Id> tip = ref_name_problem(ref).empty() ? before_.ref_commit(ref) : std::nullopt;
    if (tip && !request_.detach) {
      branch_ = ref;
      commit_ = tip;
    } else if (old_branch_ == ref && !request_.detach) {
      branch_ = ref;  // unborn, and we are on it
    } else {
      if (!request_.detach && !request_.may_detach) refuse_detaching(target);
      commit_ = commit_of(context_, target.empty() ? "HEAD" : target);
      shown_target_ = target;
    }
  }

  [[noreturn]] void refuse_detaching(const std::string& target) {
    commit_of(context_, target);  // an unknown name is reported as such
    throw Error(ErrorCode::usage, "'" + escape_for_terminal(target) + "' is not a branch",
                "to look at that commit without a branch, use 'vstore switch --detach " + shell_quote(target) + "'");
  }

  void refuse_existing() {
    if (request_.reset_branch || !before_.ref(*branch_)) return;
    throw Error(ErrorCode::refused, "a branch named '" + request_.new_branch + "' already exists",
                "to switch to it, leave out -b or -c; to move it here, use -B or -C");
  }

  /// Before the first commit there is nothing to check out: only HEAD changes its name.
  int to_unborn() {
    if (old_branch_ != branch_) {
      publish(context_, [&](Transaction& transaction) {
        transaction.set_ref(workspace_.head_ref(), before_.ref(workspace_.head_ref()), RefValue::symbolic(*branch_));
      });
    }
    if (!request_.quiet) report();
    return 0;
  }

  void report() {
    const std::string name = branch_ ? "'" + short_name(*branch_) + "'" : "";
    if (branch_ && old_branch_ == branch_ && request_.new_branch.empty()) {
      context_.note("Already on " + name);
      return;
    }
    const Snapshot after = context_.store().snapshot();
    if (!old_branch_ && old_commit_ && old_commit_ != commit_) {
      warn_of_commits_left(after);
      context_.note("Previous HEAD position was " + describe(after, *old_commit_));
    }
    if (!branch_) {
      if (old_branch_ && !request_.detach) advise_detached(context_, shown_target_);
      context_.note("HEAD is now at " + describe(after, *commit_));
    } else if (request_.new_branch.empty()) {
      context_.note("Switched to branch " + name);
    } else {
      const bool existed = before_.ref(*branch_).has_value();
      context_.note((existed ? "Switched to and reset branch " : "Switched to a new branch ") + name);
    }
  }

  /// What was committed on a detached HEAD, and no ref and not the new HEAD leads to.
  void warn_of_commits_left(const Snapshot& after) {
    LogOptions options;
    options.set.include = {*old_commit_};
    if (commit_) options.set.exclude = {*commit_};
    for (const Ref& ref : after.refs("refs/")) {
      if (const auto commit = after.ref_commit(ref.name)) options.set.exclude.push_back(*commit);
    }
    constexpr std::size_t shown_max = 4;
    std::size_t count = 0;
    std::string list;
    for (LogWalk walk(after, std::move(options)); const auto entry = walk.next();) {
      if (++count <= shown_max) list += "\n  " + describe(after, entry->id);
    }
    if (count == 0) return;
    if (count > shown_max) list += "\n  ... and " + std::to_string(count - shown_max) + " more";
    context_.note("Warning: you are leaving " + count_of(count, "commit") + " behind, on no branch:\n" +
                  list + "\n");
    context_.note("To keep what you leave: vstore branch NEW-BRANCH " + abbreviate(after, *old_commit_) +
                  "\n");
  }

  /// Not where they were thrown away, where there were no files to change, or where none was looked at: as in
  /// git, a new branch here leaves everything as it is.
  bool may_carry_changes() const {
    if (request_.force || (!request_.new_branch.empty() && request_.target.empty())) return false;
    const std::optional<RefValue> stage = before_.ref(workspace_.stage_ref());
    return before_.ref(workspace_.base_ref()) || (stage && stage->id != empty_tree_id());
  }

  /// How the tracked files differ from the new HEAD: "M<tab>path", as git lists it.
  void print_carried() {
    StatusOptions options;
    options.untracked = false;
    std::map<std::string, char> letters;
    for (const StatusEntry& entry : workspace_.status(options).entries) {
      if (!entry.old_path.empty()) letters[entry.old_path] = 'D';
      if (const char letter = letter_of(entry)) letters[entry.path] = letter;
    }
    for (const auto& [path, letter] : letters) {
      context_.out().print(std::string_view(&letter, 1), "\t", quote_path(path), "\n");
    }
    context_.out().flush();  // before the report on standard error
  }

  /// From HEAD to the file, in one step; 0 if that is none.
  static char letter_of(const StatusEntry& entry) {
    const bool is_new = entry.staged == WorkChange::added || entry.staged == WorkChange::renamed;
    if (entry.unstaged == WorkChange::deleted) return is_new ? '\0' : 'D';
    if (is_new) return 'A';
    return static_cast<char>(entry.unstaged == WorkChange::none ? entry.staged : entry.unstaged);
  }

  Context& context_;
  const SwitchRequest& request_;
  Workspace& workspace_;
  Snapshot before_;
  std::optional<std::string> old_branch_, branch_;
  std::optional<Id> old_commit_, commit_;
  std::string shown_target_;
};

}  // namespace

int switch_head(Context& context, const SwitchRequest& request) { return Move(context, request).run(); }

std::string previous_head(Context& context) {
  const auto previous = vstore::previous_head(context.store().snapshot(), context.workspace().head_ref(), 1);
  if (previous && previous->branch) return short_name(*previous->branch);
  if (previous) return previous->commit->hex();
  throw Error(ErrorCode::not_found, "'-' names nothing: HEAD was never switched in this workspace",
              "'vstore branch' lists the branches");
}

}  // namespace vstore::cli
