#include "cli/command.h"
#include "cli/diff_output.h"
#include "cli/diff_text.h"
#include "cli/json.h"
#include "cli/status_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class LsFiles final : public Command {
  void declare(Args& args) override {
    args.describe(
        "List the files that the stage has (the default), or those that differ from it, below the current "
        "directory or the given paths.");
    args.flag("-c,--cached", cached_, "files in the stage");
    args.flag("-s,--stage", stage_, "files in the stage, with mode, id and stage number (always 0)");
    args.flag("-m,--modified", modified_, "files that differ from the stage, deleted ones too");
    args.flag("-d,--deleted", deleted_, "files that are in the stage but not on disk");
    args.flag("-o,--others", others_, "files that are not tracked");
    args.flag("-i,--ignored", ignored_, "with -o: only ignored files");
    args.flag("--exclude-standard", exclude_standard_, "with -o: without ignored files");
    args.flag("-z", null_terminated_, "end lines with NUL, and do not quote names");
    args.flag("--json", json_, "a JSON object for each file, one a line");
    args.positionals("PATH", paths_);
  }

  int run(Context& context) override {
    if (ignored_ && !others_) throw Error(ErrorCode::usage, "-i needs -o", "'vstore ls-files -o -i' lists ignored files");
    if (paths_.empty()) paths_.push_back(".");
    const PathSelection selection = context.select(paths_);
    int code = 0;
    if (others_ || modified_ || deleted_) code = list_differences(context, selection);
    if (cached_ || stage_ || !(others_ || modified_ || deleted_)) list_stage(context, selection);
    return code;
  }

  // ------------------------------------------------------------------------------------------- the stage --

  void list_stage(Context& context, const PathSelection& selection) const {
    const Snapshot snapshot = context.store().snapshot();
    const Tree tree = snapshot.tree(context.workspace().stage_root());
    if (selection.specs.size() != 1) return list_stage_below(context, tree, selection, "");
    const std::string& only = selection.specs.front();
    const std::string literal = only.substr(0, only.find_first_of("*?[\\"));
    list_stage_below(context, tree, selection, literal);
  }

  /// `start`: what all selected keys begin with.
  void list_stage_below(Context& context, const Tree& tree, const PathSelection& selection, const std::string& start) const {
    const auto selected = selection.matcher();
    for (TreeCursor cursor = tree.seek(start); cursor.valid() && cursor.key().starts_with(start); cursor.next()) {
      if (selected(cursor.key())) print_staged(context, cursor.key(), cursor.entry());
    }
  }

  void print_staged(Context& context, std::string_view path, const Entry& entry) const {
    if (json_) return print_json_line(context.out(), path, &entry, "cached");
    if (stage_) context.out().print(mode_of(entry.kind), " ", entry.id.hex(), " 0\t");
    print_path(context, path);
  }

  // ------------------------------------------------------------------------------------- what differs --

  int list_differences(Context& context, const PathSelection& selection) const {
    StatusOptions options;
    options.paths = selection;
    options.untracked = others_;
    options.untracked_all = true;
    options.ignored = others_ && (ignored_ || !exclude_standard_);
    const Status status = context.workspace().status(options);
    for (const StatusEntry& entry : status.entries) {
      if (wanted(entry.unstaged)) print_difference(context, entry);
    }
    return report_problems(context, "read", status.problems);
  }

  bool wanted(WorkChange change) const {
    switch (change) {
      case WorkChange::untracked: return others_ && !ignored_;
      case WorkChange::ignored: return others_ && (ignored_ || !exclude_standard_);
      case WorkChange::deleted: return deleted_ || modified_;
      case WorkChange::modified:
      case WorkChange::type_changed: return modified_;
      default: return false;
    }
  }

  void print_difference(Context& context, const StatusEntry& entry) const {
    if (!json_) return print_path(context, entry.path);
    const char* state = entry.unstaged == WorkChange::untracked ? "untracked"
                        : entry.unstaged == WorkChange::ignored ? "ignored"
                        : entry.unstaged == WorkChange::deleted ? "deleted"
                                                                : "modified";
    print_json_line(context.out(), entry.path, nullptr, state);
  }

  // ---------------------------------------------------------------------------------------------- output --

  void print_path(Context& context, std::string_view path) const {
    if (null_terminated_) context.out().print(context.relative(path), '\0');
    else context.out().print(context.shown_path(path), '\n');
  }

  static void print_json_line(Output& out, std::string_view path, const Entry* entry, const char* state) {
    Json item;
    set_text(item, "path", path);
    item["state"] = state;
    if (entry) {
      item["kind"] = kind_name(entry->kind);
      item["size"] = entry->size;
      item["id"] = entry->id.is_null() ? Json() : to_json(entry->id);
    }
    print_json(out, item);
  }

  bool cached_ = false, stage_ = false, modified_ = false, deleted_ = false, others_ = false, ignored_ = false;
  bool exclude_standard_ = false, null_terminated_ = false, json_ = false;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_ls_files() { return std::make_unique<LsFiles>(); }

}  // namespace vstore::cli
