// vstore branch: list, make, delete and rename branches. The action follows from the options; each is a
// function of its own.
#include <fnmatch.h>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Branch final : public Command {
  void declare(Args& args) override {
    args.usage("branch [-v] [-a | -r] [--list] [PATTERN]...");
    args.usage("branch --show-current");
    args.usage("branch [-f] NAME [START]");
    args.usage("branch (-d | -D) NAME...");
    args.usage("branch (-m | -M) [OLD] NEW");
    args.describe("List the branches, make one at START (HEAD), delete or rename them.");
    args.flag("-l,--list", list_, "list the branches that match a PATTERN (*, ? and [])");
    args.flag("-v,--verbose", verbose_, "with each branch's commit");
    args.flag("-a,--all", all_, "list remote branches too");
    args.flag("-r,--remotes", remotes_, "list remote branches only");
    args.flag("--show-current", show_current_, "print the current branch's name");
    args.flag("-d,--delete", delete_, "delete branches that are merged into HEAD");
    args.flag("-D", force_delete_, "delete branches, merged or not");
    args.flag("-m,--move", move_, "rename a branch (the current one)");
    args.flag("-M", force_move_, "the same, even if NEW exists");
    args.flag("-f,--force", force_, "move an existing branch to START; with -d and -m: like -D and -M");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.flag("--json", json_, "list as a JSON document");
    args.positionals("NAME", names_);
  }

  int run(Context& context) override {
    if (delete_ + force_delete_ + move_ + force_move_ + list_ + show_current_ > 1) {
      throw Error(ErrorCode::usage, "-d, -D, -m, -M, --list and --show-current exclude each other");
    }
    if (show_current_) return show_current(context);
    if (delete_ || force_delete_) return remove(context);
    if (move_ || force_move_) return rename(context);
    if (list_ || names_.empty() || all_ || remotes_) return list(context);
    return create(context);
  }

  static std::optional<std::string> current_branch(Context& context) {
    const auto head = context.snapshot().ref(context.revisions().head);
    if (!head || head->kind != Kind::ref_symbolic) return std::nullopt;
    return head->target;
  }

  static int show_current(Context& context) {
    if (const auto branch = current_branch(context)) context.out().print(short_name(*branch), "\n");
    return 0;
  }

  // ------------------------------------------------------------------------------------------- list --

  bool matches(const std::string& name) const {
    if (names_.empty()) return true;
    for (const std::string& pattern : names_) {
      if (::fnmatch(pattern.c_str(), name.c_str(), 0) == 0) return true;
    }
    return false;
  }

  std::vector<Ref> listed(const Snapshot& snapshot) const {
    std::vector<Ref> refs;
    const auto take = [&](std::string_view prefix) {
      for (Ref& ref : snapshot.refs(prefix)) {
        if (matches(short_name(ref.name))) refs.push_back(std::move(ref));
      }
    };
    if (!remotes_) take(kBranches);
    if (all_ || remotes_) take(kRemotes);
    return refs;
  }

  int list(Context& context) const {
    const Snapshot snapshot = context.snapshot();
    const std::optional<std::string> current = current_branch(context);
    const std::vector<Ref> refs = listed(snapshot);
    if (json_) return list_as_json(context, snapshot, current, refs);
    context.page();
    std::size_t width = 0;
    for (const Ref& ref : refs) width = std::max(width, shown_name(ref).size());
    if (!current && names_.empty() && !remotes_) print_detached(context, snapshot);
    for (const Ref& ref : refs) print_branch(context, snapshot, ref, ref.name == current, width);
    return 0;
  }

  static std::string shown_name(const Ref& ref) {
    const bool remote = ref.name.starts_with(kRemotes);
    return escape_for_terminal((remote ? "remotes/" : "") + short_name(ref.name));
  }

  static void print_detached(Context& context, const Snapshot& snapshot) {
    const auto head = snapshot.ref_commit(context.revisions().head);
    if (!head) return;
    const std::string text = "(HEAD detached at " + detached_place(snapshot, *head) + ")";
    context.out().print("* ", context.out().paint(Colour::green, text), "\n");
  }

  void print_branch(Context& context, const Snapshot& snapshot, const Ref& ref, bool current, std::size_t width) const {
    Output& out = context.out();
    const bool remote = ref.name.starts_with(kRemotes);
    const std::string name = shown_name(ref);
    out.print(current ? "* " : "  ",
              out.paint(current ? Colour::green : remote ? Colour::red : Colour::plain, name));
    if (verbose_) {
      const auto commit = snapshot.ref_commit(ref.name);
      out.print(std::string(width - name.size() + 1, ' '), commit ? describe(snapshot, *commit) : "");
    }
    out.print("\n");
  }

  static int list_as_json(Context& context, const Snapshot& snapshot, const std::optional<std::string>& current,
                          const std::vector<Ref>& refs) {
    Json document = Json::array();
    for (const Ref& ref : refs) {
      const auto commit = snapshot.ref_commit(ref.name);
      Json item;
      item["name"] = short_name(ref.name);
      item["ref"] = ref.name;
      item["commit"] = commit ? to_json(*commit) : Json();
      item["current"] = ref.name == current;
      document.push_back(std::move(item));
    }
    print_json(context.out(), document);
    return 0;
  }

  // ----------------------------------------------------------------------------------------- change --

  int create(Context& context) const {
    if (names_.size() > 2) throw Error(ErrorCode::usage, "unexpected argument '" + names_[2] + "'");
    const std::string ref = branch_ref(names_[0]);
    const Snapshot snapshot = context.store().snapshot();
    const std::optional<RefValue> old = snapshot.ref(ref);
    if (old && !force_) {
      throw Error(ErrorCode::refused, "a branch named '" + names_[0] + "' already exists",
                  "to move it, use 'vstore branch -f'; to switch to it, 'vstore switch " + names_[0] + "'");
    }
    if (old) refuse_checked_out(snapshot, names_[0], "move");
    const Id commit = commit_of(context, names_.size() > 1 ? names_[1] : "HEAD");
    publish(context, [&](Transaction& txn) { txn.set_ref(ref, old, RefValue::commit(commit)); });
    return 0;
  }

  static void refuse_checked_out(const Snapshot& snapshot, const std::string& name, const char* verb) {
    if (!checked_out_at(snapshot, branch_ref(name))) return;
    throw Error(ErrorCode::refused, "cannot " + std::string(verb) + " branch '" + name + "': a workspace has it checked out",
                "switch that workspace to another branch first");
  }

  int remove(Context& context) const {
    if (names_.empty()) throw Error(ErrorCode::usage, "missing argument: NAME");
    const Snapshot snapshot = context.store().snapshot();
    std::vector<Ref> doomed;
    for (const std::string& name : names_) {
      const std::string full = (remotes_ ? std::string(kRemotes) : std::string(kBranches)) + name;
      const std::optional<RefValue> old = ref_name_problem(full).empty() ? snapshot.ref(full) : std::nullopt;
      if (!old) {
        throw Error(ErrorCode::not_found, "branch '" + escape_for_terminal(name) + "' not found",
                    "'vstore branch' lists the branches");
      }
      if (!remotes_) refuse_checked_out(snapshot, name, "delete");
      if (delete_ && !force_) refuse_unmerged(context, snapshot, name, full);
      doomed.push_back({full, *old});
    }
    publish(context, [&](Transaction& txn) {
      for (const Ref& ref : doomed) txn.set_ref(ref.name, std::optional(ref.value), std::nullopt);
    });
    if (quiet_) return 0;
    for (const Ref& ref : doomed) {
      context.out().print("Deleted branch ", short_name(ref.name), " (was ", abbreviate(snapshot, ref.value.id), ").\n");
    }
    return 0;
  }

  static void refuse_unmerged(Context& context, const Snapshot& snapshot, const std::string& name,
                              const std::string& full) {
    const auto tip = snapshot.ref_commit(full);
    const auto head = snapshot.ref_commit(context.revisions().head);
    if (!tip || (head && is_ancestor(snapshot, *tip, *head))) return;
    throw Error(ErrorCode::refused, "the branch '" + name + "' is not fully merged",
                "if you are sure, delete it with 'vstore branch -D " + shell_quote(name) + "'");
  }

  int rename(Context& context) const {
    if (names_.empty() || names_.size() > 2) throw Error(ErrorCode::usage, "expected [OLD] NEW");
    const Snapshot snapshot = context.store().snapshot();
    const std::optional<std::string> current = current_branch(context);
    if (names_.size() == 1 && !current) {
      throw Error(ErrorCode::refused, "cannot rename the current branch: HEAD is detached",
                  "name the branch: 'vstore branch -m OLD NEW'");
    }
    const std::string from = names_.size() == 2 ? branch_ref(names_[0]) : *current;
    const std::string to = branch_ref(names_.back());
    const std::optional<RefValue> old = snapshot.ref(from);
    const std::optional<RefValue> in_the_way = snapshot.ref(to);
    if (!old && from != current) {
      throw Error(ErrorCode::not_found, "branch '" + short_name(from) + "' not found",
                  "'vstore branch' lists them");
    }
    if (from == to) return 0;
    if (in_the_way && !force_move_ && !force_) {
      throw Error(ErrorCode::refused, "a branch named '" + names_.back() + "' already exists", "to replace it, use -M");
    }
    if (in_the_way) refuse_checked_out(snapshot, names_.back(), "replace");
    publish(context, [&](Transaction& txn) {
      if (old) txn.set_ref(from, old, std::nullopt);
      if (old) txn.set_ref(to, in_the_way, *old);
      follow(txn, snapshot, from, to);
    });
    return 0;
  }

  /// Every HEAD that was at the old name goes with the branch.
  static void follow(Transaction& txn, const Snapshot& snapshot, const std::string& from, const std::string& to) {
    for (const std::string_view prefix : {"HEAD", "workspaces/"}) {
      for (const Ref& ref : snapshot.refs(prefix)) {
        const bool is_head = ref.name == "HEAD" || ref.name.ends_with("/HEAD");
        if (is_head && ref.value == RefValue::symbolic(from)) {
          txn.set_ref(ref.name, std::optional(ref.value), RefValue::symbolic(to));
        }
      }
    }
  }

  bool list_ = false, verbose_ = false, all_ = false, remotes_ = false, show_current_ = false, json_ = false;
  bool delete_ = false, force_delete_ = false, move_ = false, force_move_ = false, force_ = false, quiet_ = false;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Command> make_branch() { return std::make_unique<Branch>(); }

}  // namespace vstore::cli
