// vstore hold: refs that keep a version alive whatever is deleted.
#include "cli/command.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Hold final : public Command {
  void declare(Args& args) override {
    args.usage("hold add NAME [REVISION]");
    args.usage("hold list");
    args.usage("hold rm NAME...");
    args.describe(
        "Keep a version (HEAD) alive under a name, whatever branches and tags are deleted: 'gc' removes nothing that a "
        "hold leads to. List the holds, or let go of some.");
    args.flag("--json", json_, "list as a JSON document");
    args.positionals("WORD", words_);
  }

  int run(Context& context) override {
    const std::string action = words_.empty() ? "list" : words_[0];
    if (action == "add" && (words_.size() == 2 || words_.size() == 3)) return add(context);
    if (action == "list" && words_.size() <= 1) return list(context);
    if (action == "rm" && words_.size() >= 2) return remove(context);
    throw Error(ErrorCode::usage, "unexpected arguments", "say 'hold add NAME [REVISION]', 'hold list' or 'hold rm NAME...'");
  }

  int add(Context& context) const {
    const std::string ref = hold_ref(words_[1]);
    if (context.store().snapshot().ref(ref)) {
      throw Error(ErrorCode::refused, "hold '" + words_[1] + "' already exists", "let go of it first with 'vstore hold rm'");
    }
    const Id commit = commit_of(context, words_.size() == 3 ? words_[2] : "HEAD");
    publish(context, [&](Transaction& txn) {
      txn.set_ref(ref, std::optional<RefValue>(), RefValue::commit(commit));
    });
    return 0;
  }

  int list(Context& context) const {
    const Snapshot snapshot = context.store().snapshot();
    Json document = Json::array();
    for (const Ref& ref : snapshot.refs(kHolds)) {
      const std::string name = short_name(ref.name);
      const auto commit = snapshot.ref_commit(ref.name);
      if (json_) document.push_back({{"name", name}, {"ref", ref.name}, {"commit", commit ? to_json(*commit) : Json()}});
      else context.out().print(escape_for_terminal(name), "\t", commit ? describe(snapshot, *commit) : "", "\n");
    }
    if (json_) print_json(context.out(), document);
    return 0;
  }

  int remove(Context& context) const {
    const Snapshot snapshot = context.store().snapshot();
    const std::vector<std::string> names(words_.begin() + 1, words_.end());
    for (const std::string& name : names) {
      if (!snapshot.ref(hold_ref(name)))
        throw Error(ErrorCode::not_found, "hold '" + name + "' not found", "'vstore hold list' lists them");
    }
    publish(context, [&](Transaction& txn) {
      for (const std::string& name : names) txn.set_ref(hold_ref(name), snapshot.ref(hold_ref(name)), std::nullopt);
    });
    return 0;
  }

  bool json_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_hold() { return std::make_unique<Hold>(); }

}  // namespace vstore::cli
