// vstore stash: local changes put away for a while.
#include <algorithm>

#include "cli/command.h"
#include "cli/identity.h"
#include "cli/json.h"
#include "cli/merge_text.h"
#include "cli/refs.h"
#include "cli/status_text.h"
#include "vstore/history.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

constexpr std::string_view kStashes = "refs/stash/";

class Stash final : public Command {
  void declare(Args& args) override {
    args.usage("stash [push] [-u] [-k] [-m MESSAGE] [--] [PATH]...");
    args.usage("stash (pop | apply) [--index] [STASH]");
    args.usage("stash (list | drop [STASH] | show [STASH] | clear)");
    args.describe(
        "Put local changes away and go back to HEAD; later bring them back, on whatever version. STASH is stash@{N} or N, "
        "counted from the newest, 0.");
    args.option("-m,--message", "MESSAGE", message_, "how the stash is to be called");
    args.flag("-u,--include-untracked", untracked_, "push: untracked files too");
    args.flag("-k,--keep-index", keep_, "push: what is staged stays");
    args.flag("--index", index_, "pop, apply: what was staged is staged again");
    args.flag("-q,--quiet", quiet_, "print errors and conflicts only");
    args.flag("--json", json_, "list as JSON, one object a line");
    args.positionals("WORD", words_);
    args.after_dashes("PATH", paths_, &dashes_);
  }

  int run(Context& context) override {
    std::string verb = "push";
    if (!words_.empty()) {
      verb = words_.front();
      words_.erase(words_.begin());
    }
    if (verb != "push" && dashes_) throw Error(ErrorCode::usage, "'" + verb + "' takes no paths");
    if (verb == "push") return push(context);
    if (verb == "list") return list(context);
    if (verb == "pop" || verb == "apply") return bring_back(context, verb == "pop");
    if (verb == "drop") return drop(context);
    if (verb == "clear") return clear(context);
    if (verb == "show") return show(context);
    throw Error(ErrorCode::usage, "unknown subcommand '" + escape_for_terminal(verb) + "'",
                "give push, pop, apply, list, show, drop or clear");
  }

  /// Newest first.
  static std::vector<Ref> stashes(const Snapshot& snapshot) {
    std::vector<Ref> refs = snapshot.refs(kStashes);
    std::reverse(refs.begin(), refs.end());
    return refs;
  }

  static std::string name(std::size_t n) { return "stash@{" + std::to_string(n) + "}"; }

  /// The number that was given, 0 if none.
  std::size_t chosen_number() const {
    if (words_.empty()) return 0;
    if (words_.size() > 1) throw Error(ErrorCode::usage, "give one stash");
    std::string_view text = words_[0];
    if (text.starts_with("stash@{") && text.ends_with('}')) text = text.substr(7, text.size() - 8);
    if (text == "stash") return 0;
    if (text.empty() || text.size() > 6 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(words_[0]) + "' is not a stash", "give stash@{N} or N");
    }
    return std::strtoul(std::string(text).c_str(), nullptr, 10);
  }

  Ref chosen(const Snapshot& snapshot) const {
    const std::size_t n = chosen_number();
    const std::vector<Ref> all = stashes(snapshot);
    if (all.empty()) throw Error(ErrorCode::not_found, "no stash entries found", "'vstore stash' makes one");
    if (n >= all.size()) {
      throw Error(ErrorCode::not_found, "stash@{" + std::to_string(n) + "} does not exist", "'vstore stash list' lists them");
    }
    return all[n];
  }

  int push(Context& context) {
    paths_.insert(paths_.begin(), words_.begin(), words_.end());
    StashRequest request;
    request.paths = context.select(paths_);
    request.untracked = untracked_;
    request.keep_stage = keep_;
    request.message = message_.value_or("");
    request.who = committer(context);
    request.time = committer_date().value_or(now());
    context.begin("stashing");
    const auto made = context.workspace().stash(request, context.command_line());
    if (quiet_) return 0;
    if (!made) {
      context.out().print("No local changes to save\n");
    } else {
      const Snapshot snapshot = context.store().snapshot();
      context.out().print("Saved working directory and index state ",
                          escape_for_terminal(subject(snapshot.commit(*made).message)), "\n");
    }
    return 0;
  }

  int list(Context& context) const {
    const Snapshot snapshot = context.store().snapshot();
    std::size_t n = 0;
    for (const Ref& ref : stashes(snapshot)) {
      const Commit commit = snapshot.commit(ref.value.id);
      if (json_) {
        Json item;
        item["name"] = name(n);
        item["ref"] = ref.name;
        item["commit"] = to_json(ref.value.id);
        item["time"] = iso_time(commit.commit_time);
        set_text(item, "message", subject(commit.message));
        print_json(context.out(), item);
      } else {
        context.out().print(name(n), ": ", escape_for_terminal(subject(commit.message)), "\n");
      }
      ++n;
    }
    return 0;
  }

  int bring_back(Context& context, bool drop_it) {
    const Ref stash = chosen(context.store().snapshot());
    UnstashRequest request;
    request.stash = stash.value.id;
    if (drop_it) request.drop = stash.name;
    request.restore_stage = index_;
    request.options = MergeFlags().options(context, "Updated upstream", "Stashed changes");
    request.options.base_label = "Stash base";
    context.begin("applying changes");
    const UnstashResult result = context.workspace().unstash(request, context.command_line());
    if (!quiet_ || !result.tree.clean()) print_merge_lines(context, result.tree, request.options);
    if (!result.tree.clean()) {
      context.out().flush();
      if (drop_it) context.note("The stash entry is kept in case you need it again.");
      return 1;
    }
    if (quiet_) return 0;
    context.out().print(long_status(context, context.workspace().status()));
    if (drop_it) say_dropped(context, stash);
    return 0;
  }

  void say_dropped(Context& context, const Ref& stash) const {
    context.out().print("Dropped ", name(chosen_number()), " (", stash.value.id.hex(), ")\n");
  }

  int drop(Context& context) {
    const Ref stash = chosen(context.store().snapshot());
    publish(context, [&](Transaction& txn) { txn.set_ref(stash.name, stash.value, std::nullopt); });
    if (!quiet_) say_dropped(context, stash);
    return 0;
  }

  static int clear(Context& context) {
    const std::vector<Ref> all = stashes(context.store().snapshot());
    if (all.empty()) return 0;
    publish(context, [&](Transaction& txn) {
      for (const Ref& ref : all) txn.set_ref(ref.name, ref.value, std::nullopt);
    });
    return 0;
  }

  /// What the stash changed, a line a file.
  int show(Context& context) {
    const Snapshot snapshot = context.store().snapshot();
    const Commit stash = snapshot.commit(chosen(snapshot).value.id);
    for (const Change& change : compare_trees(snapshot, snapshot.commit(stash.parents.at(0)).tree, stash.tree)) {
      const std::string letter(1, static_cast<char>(change.status));
      const std::string& path = change.new_path.empty() ? change.old_path : change.new_path;
      const std::string from = change.status == ChangeStatus::renamed ? quote_path(change.old_path) + " -> " : "";
      context.out().print(letter, "\t", from, quote_path(path), "\n");
    }
    return 0;
  }

  std::optional<std::string> message_;
  bool untracked_ = false, keep_ = false, index_ = false, quiet_ = false, json_ = false, dashes_ = false;
  std::vector<std::string> words_, paths_;
};

}  // namespace

std::unique_ptr<Command> make_stash() { return std::make_unique<Stash>(); }

}  // namespace vstore::cli
