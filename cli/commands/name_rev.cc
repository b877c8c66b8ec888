#include "cli/command.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/describe.h"

namespace vstore::cli {
namespace {

class NameRev final : public Command {
  void declare(Args& args) override {
    args.usage("name-rev [--tags] [--name-only] [--always] REVISION...");
    args.describe("Name versions after the nearest tag or branch that they lead to: 'tags/v2~3', 'main~1^2'.");
    args.flag("--tags", tags_, "only after tags");
    args.flag("--name-only", name_only_, "without the revision before it");
    args.flag("--always", always_, "the id where there is no name");
    args.flag("--json", json_, "a JSON object for each, one a line");
    args.positionals("REVISION", revisions_, {.min = 1});
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    const auto is_candidate = [this](const Ref& ref) { return !tags_ || ref.name.starts_with(kTags); };
    for (const std::string& revision : revisions_) {
      const Id commit = resolve_commit(snapshot, context.revisions(), revision);
      const auto name = name_from_refs(snapshot, commit, is_candidate);
      print(context.out(), snapshot, revision, commit, name ? std::optional(shown(*name)) : std::nullopt);
    }
    return 0;
  }

  /// "heads/main~1" is shown as "main~1", other names from "refs/" on.
  std::string shown(const std::string& name) const {
    if (name.starts_with("heads/")) return name.substr(6);
    return tags_ && name_only_ && name.starts_with("tags/") ? name.substr(5) : name;
  }

  void print(Output& out, const Snapshot& snapshot, const std::string& revision, const Id& commit,
             const std::optional<std::string>& name) const {
    if (json_) {
      Json item;
      item["revision"] = revision;
      item["commit"] = to_json(commit);
      item["name"] = name ? Json(*name) : Json();
      return print_json(out, item);
    }
    if (!name_only_) out.print(revision, " ");
    out.print(name ? *name : always_ ? abbreviate(snapshot, commit) : "undefined", "\n");
  }

  bool tags_ = false, name_only_ = false, always_ = false, json_ = false;
  std::vector<std::string> revisions_;
};

}  // namespace

std::unique_ptr<Command> make_name_rev() { return std::make_unique<NameRev>(); }

}  // namespace vstore::cli
