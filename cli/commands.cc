// The table of commands. Each row's factory stands in commands/NAME.cc.
#include "cli/command.h"

namespace vstore::cli {

std::unique_ptr<Command> make_add();
std::unique_ptr<Command> make_backup();
std::unique_ptr<Command> make_export_git();
std::unique_ptr<Command> make_import_git();
std::unique_ptr<Command> make_batch();
std::unique_ptr<Command> make_blame();
std::unique_ptr<Command> make_branch();
std::unique_ptr<Command> make_cat();
std::unique_ptr<Command> make_cat_file();
std::unique_ptr<Command> make_checkout();
std::unique_ptr<Command> make_cherry_pick();
std::unique_ptr<Command> make_commit();
std::unique_ptr<Command> make_commit_tree();
std::unique_ptr<Command> make_completion();
std::unique_ptr<Command> make_config();
std::unique_ptr<Command> make_describe();
std::unique_ptr<Command> make_diff();
std::unique_ptr<Command> make_du();
std::unique_ptr<Command> make_export();
std::unique_ptr<Command> make_find();
std::unique_ptr<Command> make_for_each_ref();
std::unique_ptr<Command> make_fsck();
std::unique_ptr<Command> make_gc();
std::unique_ptr<Command> make_grep();
std::unique_ptr<Command> make_hash_object();
std::unique_ptr<Command> make_help();
std::unique_ptr<Command> make_hold();
std::unique_ptr<Command> make_history();
std::unique_ptr<Command> make_import();
std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_log();
std::unique_ptr<Command> make_ls();
std::unique_ptr<Command> make_ls_files();
std::unique_ptr<Command> make_ls_tree();
std::unique_ptr<Command> make_merge();
std::unique_ptr<Command> make_merge_base();
std::unique_ptr<Command> make_mv();
std::unique_ptr<Command> make_name_rev();
std::unique_ptr<Command> make_op();
std::unique_ptr<Command> make_put();
std::unique_ptr<Command> make_rebase();
std::unique_ptr<Command> make_redo();
std::unique_ptr<Command> make_reflog();
std::unique_ptr<Command> make_reset();
std::unique_ptr<Command> make_restore();
std::unique_ptr<Command> make_rev_list();
std::unique_ptr<Command> make_revert();
std::unique_ptr<Command> make_rev_parse();
std::unique_ptr<Command> make_rm();
std::unique_ptr<Command> make_sample();
std::unique_ptr<Command> make_shortlog();
std::unique_ptr<Command> make_show();
std::unique_ptr<Command> make_stash();
std::unique_ptr<Command> make_stats();
std::unique_ptr<Command> make_show_ref();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_switch();
std::unique_ptr<Command> make_symbolic_ref();
std::unique_ptr<Command> make_tag();
std::unique_ptr<Command> make_undo();
std::unique_ptr<Command> make_update_ref();
std::unique_ptr<Command> make_version();

const std::vector<CommandInfo>& all_commands() {
  constexpr Looks at_any_time = Looks::at_any_time;
  static const std::vector<CommandInfo> table = {
      {"init", Group::start, "make a directory a workspace", make_init},

      {"add", Group::change, "take files into the next version", make_add},
      {"rm", Group::change, "remove files", make_rm},
      {"mv", Group::change, "rename files or directories", make_mv},
      {"restore", Group::change, "bring files back, or unstage them", make_restore},
      {"reset", Group::change, "move the branch, or unstage files", make_reset},
      {"status", Group::change, "show what was changed", make_status},
      {"commit", Group::change, "record the next version", make_commit},

      {"undo", Group::undo, "take back the last command", make_undo},
      {"redo", Group::undo, "take back the last undo", make_redo},
      {"op", Group::undo, "list and compare operations, go back to the state after one", make_op},
      {"reflog", Group::undo, "list the values that a branch, a tag or HEAD had", make_reflog, at_any_time},

      {"log", Group::examine, "list versions", make_log, at_any_time},
      {"show", Group::examine, "show a version and what it changed, a tag, a file", make_show, at_any_time},
      {"diff", Group::examine, "show what differs between versions, stage and files", make_diff, at_any_time},
      {"ls", Group::examine, "list a directory of a version", make_ls, at_any_time},
      {"cat", Group::examine, "print a file of a version", make_cat, at_any_time},
      {"du", Group::examine, "print how large a version's directories are", make_du, at_any_time},
      {"find", Group::examine, "list a version's files by name, size and kind", make_find, at_any_time},
      {"grep", Group::examine, "print lines of a version's files that match", make_grep, at_any_time},
      {"sample", Group::examine, "choose files of a version at random", make_sample, at_any_time},
      {"history", Group::examine, "list every value that a path ever had", make_history, at_any_time},
      {"blame", Group::examine, "show which version each line of a file comes from", make_blame, at_any_time},
      {"shortlog", Group::examine, "list versions by author", make_shortlog, at_any_time},
      {"describe", Group::examine, "name a version after the nearest tag before it", make_describe,
       at_any_time},

      {"branch", Group::branch, "list, make, delete and rename branches", make_branch, at_any_time},
      {"tag", Group::branch, "list, make and delete tags", make_tag, at_any_time},
      {"merge", Group::branch, "take another version's changes into the branch", make_merge},
      {"cherry-pick", Group::branch, "take single versions' changes into the branch", make_cherry_pick},
      {"revert", Group::branch, "take back the changes of earlier versions", make_revert},
      {"rebase", Group::branch, "make the branch's versions again on top of another one", make_rebase},
      {"stash", Group::branch, "put local changes away for a while", make_stash},
      {"switch", Group::branch, "switch to a branch", make_switch},
      {"checkout", Group::branch, "switch to any version, or bring files back from it", make_checkout},

      {"put", Group::script, "store one file in a branch", make_put},
      {"import", Group::script, "make a directory or an archive the next version of a branch", make_import},
      {"export", Group::script, "write a version to a directory or an archive", make_export, at_any_time},
      {"batch", Group::script, "make many changes of a branch one version", make_batch},

      {"gc", Group::care, "remove what nothing leads to, and give its space back", make_gc},
      {"stats", Group::care, "print what the store consists of", make_stats},
      {"hold", Group::care, "keep versions alive whatever is deleted", make_hold},
      {"fsck", Group::care, "check that the store is sound", make_fsck},
      {"backup", Group::care, "copy the store, while others write", make_backup},
      {"import-git", Group::care, "take histories over from a git repository", make_import_git},
      {"export-git", Group::care, "write histories into a git repository", make_export_git},

      {"cat-file", Group::low_level, "look at one object", make_cat_file, at_any_time},
      {"hash-object", Group::low_level, "print the ids of files", make_hash_object},
      {"ls-files", Group::low_level, "list the files of the stage", make_ls_files},
      {"ls-tree", Group::low_level, "list the files of a version as git does", make_ls_tree, at_any_time},
      {"commit-tree", Group::low_level, "make a commit of a snapshot", make_commit_tree},
      {"rev-parse", Group::low_level, "print the ids that revisions mean", make_rev_parse, at_any_time},
      {"update-ref", Group::low_level, "let refs name other versions, all or none", make_update_ref},
      {"symbolic-ref", Group::low_level, "print or change what HEAD stands for", make_symbolic_ref},
      {"rev-list", Group::low_level, "print the ids of versions", make_rev_list, at_any_time},
      {"merge-base", Group::low_level, "print where two histories parted", make_merge_base, at_any_time},
      {"name-rev", Group::low_level, "name versions after the refs that they lead to", make_name_rev,
       at_any_time},
      {"show-ref", Group::low_level, "list refs with their ids", make_show_ref, at_any_time},
      {"for-each-ref", Group::low_level, "list refs in a form of your choice", make_for_each_ref,
       at_any_time},

      {"help", Group::about, "explain a command", make_help},
      {"config", Group::about, "read and write configuration", make_config},
      {"completion", Group::about, "print a completion script for the shell", make_completion},
      {"version", Group::about, "print the version of vstore", make_version},
  };
  return table;
}

void declare_options(const CommandInfo& info, Command& command, Args& args, GlobalOptions& globals) {
  command.declare(args);
  if (info.looks != Looks::at_any_time) return;
  args.option("--as-of", "DATE", globals.as_of, "with all branches, tags and HEAD as they were at DATE");
  args.option("--at-op", "OPERATION", globals.at_op, "the same, as they were after an operation");
}

const CommandInfo* find_command(std::string_view name) {
  for (const CommandInfo& info : all_commands()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::string_view title(Group group) {
  switch (group) {
    case Group::start: return "start a workspace";
    case Group::change: return "change the next version";
    case Group::undo: return "undo";
    case Group::examine: return "examine versions";
    case Group::branch: return "branch, mark and move between versions";
    case Group::script: return "write without a workspace";
    case Group::care: return "look after the store";
    case Group::low_level: return "low-level";
    case Group::about: return "about vstore";
  }
  return "";
}

}  // namespace vstore::cli
