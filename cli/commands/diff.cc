// vstore diff: what is compared follows from the arguments; how it is shown is diff_output.h's.
#include <algorithm>

#include "cli/command.h"
#include "cli/diff_output.h"
#include "cli/revision_args.h"
#include "cli/safe_text.h"
#include "cli/work_changes.h"
#include "vstore/names.h"
#include "vstore/node_diff.h"

namespace vstore::cli {
namespace {

class Diff final : public Command {
  void declare(Args& args) override {
    args.usage("diff [OPTION]... [REVISION] [-- PATH...]");
    args.usage("diff [OPTION]... --staged [REVISION] [-- PATH...]");
    args.usage("diff [OPTION]... (REVISION REVISION | A..B | A...B) [-- PATH...]");
    args.usage("diff [OPTION]... REVISION:FILE REVISION:FILE");
    args.describe(
        "Show what differs: between the stage and the files, a version and the files, a version and the stage "
        "(--staged), two versions, or two files of versions. A...B compares B with where it parted from A.");
    args.flag("--staged,--cached", staged_, "compare the stage with REVISION (HEAD)");
    format_.declare(args);
    args.flag("--exit-code", exit_code_, "exit with 1 if there are differences, 0 if there are none");
    args.flag("-q,--quiet", quiet_, "print nothing; implies --exit-code");
    args.flag("--tree", tree_, "the nodes of the trees that differ, of which the versions consist in the store");
    args.flag("--json", json_, "a JSON object for each changed path, one a line");
    args.positionals("REVISION", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    format_.settle();
    if (!format_.any_format()) format_.patch = true;
    const bool terminal = writes_to_terminal();
    if (tree_) return show_nodes(context);
    Comparison found = compare(context);
    if (!quiet_) print(context, found, terminal);
    return (exit_code_ || quiet_) && differs(found) ? 1 : 0;
  }

  // ---------------------------------------------------------------------------------- what to compare --

  struct Comparison {
    std::vector<Change> changes;
    ChangeContents contents;
  };

  bool differs(const Comparison& found) const {
    return std::any_of(found.changes.begin(), found.changes.end(),
                       [&](const Change& change) { return format_.shows(change, found.contents); });
  }

  Comparison compare(Context& context) {
    const Snapshot snapshot = context.snapshot();
    const RevisionArguments arguments = split_revisions(context, arguments_, dashes_, after_);
    const CompareOptions options = format_.compare_options(arguments.paths);
    const std::vector<std::string> ends = both_ends(context, snapshot, arguments.revisions);
    if (ends.size() == 2) return between(context, snapshot, ends, options);
    return staged_ ? with_stage(context, snapshot, ends, options) : with_files(context, snapshot, ends, options);
  }

  /// Up to two revisions: A..B and A...B become two.
  std::vector<std::string> both_ends(Context& context, const Snapshot& snapshot, const std::vector<std::string>& given) const {
    std::vector<std::string> ends = given;
    if (const auto range = given.size() == 1 ? split_range(given[0]) : std::nullopt) {
      const std::string left = range->left.empty() ? "HEAD" : range->left;
      const std::string right = range->right.empty() ? "HEAD" : range->right;
      ends = {range->symmetric ? parting(context, snapshot, left, right) : left, right};
    }
    if (ends.size() > (staged_ ? 1u : 2u)) {
      throw Error(ErrorCode::usage, "unexpected revision '" + escape_for_terminal(ends[staged_ ? 1 : 2]) + "'",
                  staged_ ? "--staged compares the stage with one version" : "at most two versions can be compared");
    }
    for (const std::string& end : ends) {
      if (!end.starts_with('^')) continue;
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(end) + "' is not a version", "use A..B to compare two");
    }
    return ends;
  }

  static std::string parting(Context& context, const Snapshot& snapshot, const std::string& left, const std::string& right) {
    const RevisionContext names = context.revisions();
    const std::vector<Id> bases =
        merge_bases(snapshot, resolve_commit(snapshot, names, left), resolve_commit(snapshot, names, right));
    if (bases.empty()) {
      throw Error(ErrorCode::not_found, "'" + escape_for_terminal(left) + "' and '" + escape_for_terminal(right) +
                                            "' have no common ancestor");
    }
    return bases.front().hex();
  }

  static Comparison between(Context& context, const Snapshot& snapshot, const std::vector<std::string>& ends,
                            const CompareOptions& options) {
    const RevisionContext names = context.revisions();
    const Resolved before = resolve(snapshot, names, ends[0]), after = resolve(snapshot, names, ends[1]);
    if (before.entry && after.entry) return {two_files(before, after), ChangeContents(snapshot)};
    const Id from = resolve_tree(snapshot, names, ends[0]), to = resolve_tree(snapshot, names, ends[1]);
    return {compare_trees(snapshot, from, to, options), ChangeContents(snapshot)};
  }

  static std::vector<Change> two_files(const Resolved& before, const Resolved& after) {
    if (before.entry == after.entry) return {};
    return {{ChangeStatus::modified, before.path, after.path, before.entry, after.entry}};
  }

  static Comparison with_stage(Context& context, const Snapshot& snapshot, const std::vector<std::string>& ends,
                               const CompareOptions& options) {
    const auto [from, stage] = stage_ends(context, snapshot, ends);
    return {compare_trees(snapshot, from, stage, options), ChangeContents(snapshot)};
  }

  /// A version (HEAD) and the stage.
  static std::pair<Id, Id> stage_ends(Context& context, const Snapshot& snapshot, const std::vector<std::string>& ends) {
    Workspace& workspace = context.workspace();
    const bool unborn = ends.empty() && !workspace.head_commit();
    const Id from = unborn ? empty_tree_id() : resolve_tree(snapshot, context.revisions(), ends.empty() ? "HEAD" : ends[0]);
    return {from, workspace.stage_root()};
  }

  static Comparison with_files(Context& context, const Snapshot& snapshot, const std::vector<std::string>& ends,
                               const CompareOptions& options) {
    Workspace& workspace = context.workspace();
    const Id from = ends.empty() ? workspace.stage_root() : resolve_tree(snapshot, context.revisions(), ends[0]);
    context.begin("comparing");
    return {changes_to_files(workspace, snapshot, from, options), ChangeContents(snapshot, workspace.root())};
  }

  // ----------------------------------------------------------------------------------- nodes of trees --

  int show_nodes(Context& context) {
    const Snapshot snapshot = context.snapshot();
    const RevisionArguments arguments = split_revisions(context, arguments_, dashes_, after_);
    if (!arguments.paths.empty()) throw Error(ErrorCode::usage, "--tree compares whole versions, not paths");
    const std::vector<std::string> ends = both_ends(context, snapshot, arguments.revisions);
    if (ends.size() != 2 && !staged_) {
      throw Error(ErrorCode::usage, "--tree needs two versions: files are no tree yet", "--staged compares a version with the stage");
    }
    const RevisionContext names = context.revisions();
    const auto [from, to] = staged_ ? stage_ends(context, snapshot, ends)
                                    : std::pair(resolve_tree(snapshot, names, ends[0]), resolve_tree(snapshot, names, ends[1]));
    Output& out = context.out();
    if (!json_ && !quiet_) context.page();
    bool any = false;
    for_each_differing_node(Tree(snapshot, from), Tree(snapshot, to), [&](const DifferingNode& node) {
      any = true;
      if (!quiet_) json_ ? print_json(out, node_json(node)) : out.print(node_line(out, node));
      return !quiet_;
    });
    return (exit_code_ || quiet_) && any ? 1 : 0;
  }

  /// "- 1 9f86d08188 1204 files 56.1 MB, up to data/x.csv"
  static std::string node_line(const Output& out, const DifferingNode& node) {
    const std::string text = std::string(1, node.side) + " " + std::to_string(node.level) + " " + node.id.abbrev(10) + " " +
                             count_of(node.totals.count, "entry", "entries") + " " + human_bytes(node.totals.bytes) +
                             (node.last_key.empty() ? "" : ", up to " + quote_path(node.last_key));
    return out.paint(node.side == '-' ? Colour::red : Colour::green, text) + "\n";
  }

  static Json node_json(const DifferingNode& node) {
    Json item;
    item["side"] = node.side == '-' ? "before" : "after";
    item["level"] = node.level;
    item["id"] = to_json(node.id);
    item["entries"] = node.totals.count;
    item["bytes"] = node.totals.bytes;
    set_text(item, "last_key", node.last_key);
    return item;
  }

  // --------------------------------------------------------------------------------------- how to show --

  void print(Context& context, const Comparison& found, bool terminal) const {
    Output& out = context.out();
    if (json_) {
      for (const Change& change : found.changes) print_json(out, change_json(change, found.contents));
      return;
    }
    const int width = terminal ? terminal_width() : 80;
    context.page();
    DiffOutput(format_, out, width, [&](std::string_view text) { out.print(text); }).print(found.changes, found.contents);
  }

  DiffOptions format_;
  bool staged_ = false, tree_ = false, exit_code_ = false, quiet_ = false, json_ = false, dashes_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_diff() { return std::make_unique<Diff>(); }

}  // namespace vstore::cli
