// vstore commit: stage what was asked for, find the message, commit, say what became of it.
#include <set>

#include "cli/acknowledge.h"
#include "cli/collecting.h"
#include "cli/command.h"
#include "cli/commit_message.h"
#include "cli/commit_report.h"
#include "cli/identity.h"
#include "cli/refs.h"
#include "cli/status_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class CommitCommand final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Record the stage as a new version of the current branch. With PATH, stage these paths and commit "
        "them alone; what else is staged stays staged. Without -m or -F, an editor asks for the message.");
    message_.declare(args);
    args.flag("-a,--all", all_, "stage changed and deleted files first (not new ones)");
    args.flag("-A,--add", add_, "stage everything first, new files too");
    args.flag("--amend", amend_, "replace the last commit of the branch");
    args.flag("--no-edit", no_edit_, "with --amend: keep the message as it is; after a merge: take the proposed one");
    args.option("--author", "PERSON", author_, "who made the change: 'Name <email>'");
    args.option("--date", "DATE", date_, "when the change was made");
    args.option("--meta", "KEY=VALUE", meta_, "record a value with the commit; repeatable");
    args.flag("--allow-empty", allow_empty_, "even if nothing changed");
    args.flag("--allow-empty-message", allow_empty_message_, "even if the message is empty");
    args.flag("-n,--no-verify", no_verify_, "leave the hook pre-commit out");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.flag("--json", json_, "the new commit as a JSON document");
    args.positionals("PATH", paths_);
  }

  int run(Context& context) override {
    const Acknowledger recorder(context);
    CommitOptions options = options_from_flags(context);
    if (const int code = stage(context); code != 0) return code;
    if (nothing_to_commit(context)) return explain_nothing(context);
    if (!no_verify_) ask_hook(context);
    options.message = find_message(context);
    options.paths = context.select(paths_);
    if (options.message.empty() && !allow_empty_message_) {
      throw Error(ErrorCode::refused, "aborting commit: the message is empty",
                  "give a message with -m, or use --allow-empty-message");
    }
    const CommitResult result = context.workspace().commit(options);
    recorder.acknowledge(result.id);
    if (json_)
      print_commit_document(context, result);
    else if (!quiet_)
      report(context, result);
    tidy_after_write(context);
    return 0;
  }

  static void report(Context& context, const CommitResult& result) {
    print_commit_report(context, result);
    if (!is_committer_guessed(context)) return;
    const Person& who = result.commit.committer;
    context.note("Your name and address were taken from this machine: " +
                 escape_for_terminal(who.name + " <" + who.email + ">"));
    context.note("hint: 'vstore config --global user.name NAME' and 'vstore config --global user.email ADDRESS' set them");
  }

  /// Everything that can be wrong on the command line, before anything is changed.
  CommitOptions options_from_flags(Context& context) {
    if (all_ && !paths_.empty()) throw Error(ErrorCode::usage, "-a does not make sense with paths");
    if (all_ && add_) throw Error(ErrorCode::usage, "-a and -A exclude each other");
    if (no_edit_ && !amend_ && !context.workspace().pending_merge()) {
      throw Error(ErrorCode::usage, "--no-edit needs --amend, or a merge to finish");
    }
    CommitOptions options;
    options.amend = amend_;
    options.allow_empty = allow_empty_;
    options.command = context.command_line();
    options.committer = committer(context);
    options.commit_time = committer_date().value_or(now());
    set_author(context, options);
    if (amend_) old_ = read_amended(context, options);
    if (old_) options.meta = old_->meta;
    std::set<std::string> given;
    for (const std::string& pair : meta_) {
      if (!given.insert(add_meta(options, pair)).second) refuse_repeated(pair);
    }
    return options;
  }

  /// An amended commit keeps its author and the author's time unless told otherwise.
  void set_author(Context& context, CommitOptions& options) {
    if (author_) {
      options.author = parse_person(*author_);
    } else if (!amend_) {
      options.author = author(context);
    }
    if (date_) {
      options.author_time = parse_time(*date_, now());
    } else if (!amend_) {
      options.author_time = author_date().value_or(now());
    }
  }

  static Commit read_amended(Context& context, CommitOptions& options) {
    const std::optional<Id> head = context.workspace().head_commit();
    options.expected_head = head;  // while the editor is open, another process may commit
    if (!head) throw Error(ErrorCode::refused, "there is nothing yet to amend", "commit without --amend first");
    return context.store().snapshot().commit(*head);
  }

  /// Returns the key.
  static std::string add_meta(CommitOptions& options, const std::string& pair) {
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(pair) + "' is not of the form KEY=VALUE");
    }
    const std::string key = pair.substr(0, equals);
    options.meta[key] = pair.substr(equals + 1);
    return key;
  }

  [[noreturn]] static void refuse_repeated(const std::string& pair) {
    throw Error(ErrorCode::usage, "--meta gives the key '" + escape_for_terminal(pair.substr(0, pair.find('='))) + "' twice",
                "a commit has one value for each key");
  }

  int stage(Context& context) {
    if (paths_.empty() && !all_ && !add_) return 0;
    Workspace& workspace = context.workspace();
    const PathSelection paths = context.select(paths_);
    AddOptions options;
    options.update_only = all_ || (!paths_.empty() && !add_);
    options.only_known = !paths_.empty() && !add_;
    context.begin("adding files");
    const AddResult result = workspace.add(paths, options, context.command_line());
    const int code = report_problems(context, "add", result.problems);
    if (code != 0) context.note("hint: nothing was committed; the other files are staged");
    return code;
  }

  bool nothing_to_commit(Context& context) {
    if (allow_empty_ || amend_) return false;
    Workspace& workspace = context.workspace();
    if (workspace.pending_merge()) return false;  // commit() knows better
    const Snapshot snapshot = context.store().snapshot();
    const std::optional<Id> head = workspace.head_commit();
    const Tree before = snapshot.tree(head ? snapshot.commit(*head).tree : empty_tree_id());
    bool nothing = true;
    for_each_change(before, snapshot.tree(workspace.stage_root()), context.select(paths_).specs,
                    [&](const Change&) { return nothing = false; });
    return nothing;
  }

  /// The stage is in the store already: the hook can read it, and even change it.
  void ask_hook(Context& context) const {
    Workspace& workspace = context.workspace();
    const Snapshot snapshot = context.store().snapshot();
    const std::optional<Id> head = workspace.head_commit();
    CommitPlan plan;
    plan.ref = workspace.head_branch();
    plan.amend = amend_;
    if (amend_) plan.parents = old_->parents;
    else if (head) plan.parents = {*head};
    if (const auto merge = workspace.pending_merge(); merge && merge->kind == MergeKind::merge && merge->other) {
      plan.parents.push_back(*merge->other);
    }
    if (message_.given()) plan.message = message_.text();
    plan.changes = [&](const auto& visit) {
      const Tree before = snapshot.tree(head ? snapshot.commit(*head).tree : empty_tree_id());
      for_each_change(before, snapshot.tree(workspace.stage_root()), context.select(paths_).specs, visit);
    };
    context.hooks().before_commit(plan);
  }

  int explain_nothing(Context& context) {
    const Status status = context.workspace().status({});
    context.out().print(long_status(context, status));
    return 1;
  }

  std::string find_message(Context& context) {
    if (message_.given()) return message_.text();
    std::string initial = old_ ? old_->message : "";
    if (const auto merge = context.workspace().pending_merge()) initial = merge->message;
    if (no_edit_) return initial;
    StatusOptions shown;
    shown.paths = context.select(paths_);  // what else is staged does not go along
    const Status status = context.workspace().status(shown);
    const bool coloured = context.out().coloured();
    context.out().set_coloured(false);
    const std::string comment =
        "Please enter the commit message for your changes. Lines starting\n"
        "with '#' will be ignored, and an empty message aborts the commit.\n\n" +
        long_status(context, status, {.hints = false});
    context.out().set_coloured(coloured);
    return ask_message(context, "COMMIT_EDITMSG", initial, comment);
  }

  MessageOptions message_;
  bool all_ = false, add_ = false, amend_ = false, no_edit_ = false;
  bool allow_empty_ = false, allow_empty_message_ = false, no_verify_ = false, quiet_ = false, json_ = false;
  std::optional<std::string> author_, date_;
  std::vector<std::string> meta_, paths_;
  std::optional<Commit> old_;
};

}  // namespace

std::unique_ptr<Command> make_commit() { return std::make_unique<CommitCommand>(); }

}  // namespace vstore::cli
