#include "cli/command.h"
#include "cli/json.h"
#include "cli/refs.h"

namespace vstore::cli {
namespace {

class MergeBase final : public Command {
  void declare(Args& args) override {
    args.usage("merge-base [--all] A B");
    args.usage("merge-base --is-ancestor A B");
    args.describe("Print the id of the version where two histories parted: their best common ancestor.");
    args.flag("-a,--all", all_, "all of the best, if there are several");
    args.flag("--is-ancestor", is_ancestor_, "print nothing: exit code 0 if A leads to B, 1 if not");
    args.flag("--json", json_, "a JSON document");
    args.positionals("REVISION", revisions_, {.min = 2, .max = 2});
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    const Id a = resolve_commit(snapshot, context.revisions(), revisions_[0]);
    const Id b = resolve_commit(snapshot, context.revisions(), revisions_[1]);
    if (is_ancestor_) return is_ancestor(snapshot, a, b) ? 0 : 1;
    std::vector<Id> bases = merge_bases(snapshot, a, b);
    if (!all_ && bases.size() > 1) bases.resize(1);
    Json document = Json::array();
    for (const Id& base : bases) {
      if (json_) document.push_back(to_json(base));
      else context.out().print(base.hex(), "\n");
    }
    if (json_) print_json(context.out(), document);
    return bases.empty() ? 1 : 0;
  }

  bool all_ = false, is_ancestor_ = false, json_ = false;
  std::vector<std::string> revisions_;
};

}  // namespace

std::unique_ptr<Command> make_merge_base() { return std::make_unique<MergeBase>(); }

}  // namespace vstore::cli
