#include "cli/command.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class ShowRef final : public Command {
  void declare(Args& args) override {
    args.usage("show-ref [--head] [--branches] [--tags] [-d] [-s] [PATTERN]...");
    args.usage("show-ref --verify [-q] [-s] REF...");
    args.describe("List refs with their ids, for scripts. A PATTERN is the end of a ref's name, from a '/' on.");
    args.flag("--head", head_, "HEAD too");
    args.flag("--branches,--heads", branches_, "only branches");
    args.flag("--tags", tags_, "only tags");
    args.flag("-d,--dereference", dereference_, "for annotated tags also what they mark, as REF^{}");
    args.flag("-s,--hash", ids_only_, "only the ids");
    args.flag("--verify", verify_, "demand exactly these refs, by their full names");
    args.flag("-q,--quiet", quiet_, "with --verify: print nothing");
    args.flag("--json", json_, "a JSON object for each ref, one a line");
    args.positionals("PATTERN", patterns_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    if (verify_) return verify(context, snapshot);
    bool any = false;
    if (head_) any = print(context, snapshot, "HEAD", context.revisions().head);
    for (const Ref& ref : snapshot.refs("refs/")) {
      const bool kind = (!branches_ && !tags_) || (branches_ && ref.name.starts_with(kBranches)) || (tags_ && ref.name.starts_with(kTags));
      if (kind && matches(ref.name)) any = print(context, snapshot, ref.name, ref.name) || any;
    }
    return any ? 0 : 1;
  }

  bool matches(const std::string& name) const {
    if (patterns_.empty()) return true;
    for (const std::string& pattern : patterns_) {
      if (name == pattern || name.ends_with("/" + pattern)) return true;
    }
    return false;
  }

  int verify(Context& context, const Snapshot& snapshot) const {
    for (const std::string& name : patterns_) {
      const std::string full = name == "HEAD" ? context.revisions().head : name;
      if (print(context, snapshot, name, full)) continue;
      if (quiet_) return 1;
      throw Error(ErrorCode::not_found, "'" + escape_for_terminal(name) + "' is not a ref", "give its full name, such as refs/heads/main");
    }
    return 0;
  }

  /// False if there is no such ref.
  bool print(Context& context, const Snapshot& snapshot, const std::string& shown, const std::string& full) const {
    const auto value = ref_name_problem(full).empty() ? snapshot.resolve_ref(full) : std::nullopt;
    if (!value) return false;
    if (verify_ && quiet_) return true;
    const bool annotated = value->kind == Kind::ref_tag;
    const auto commit = snapshot.ref_commit(full);
    if (json_) {
      Json item;
      item["ref"] = shown;
      item["id"] = to_json(value->id);
      item["commit"] = commit ? to_json(*commit) : Json();
      print_json(context.out(), item);
      return true;
    }
    line(context.out(), value->id, shown);
    if (annotated && dereference_ && commit) line(context.out(), *commit, shown + "^{}");
    return true;
  }

  void line(Output& out, const Id& id, const std::string& name) const {
    if (ids_only_) out.print(id.hex(), "\n");
    else out.print(id.hex(), " ", escape_for_terminal(name), "\n");
  }

  bool head_ = false, branches_ = false, tags_ = false, dereference_ = false, ids_only_ = false, verify_ = false,
       quiet_ = false, json_ = false;
  std::vector<std::string> patterns_;
};

}  // namespace

std::unique_ptr<Command> make_show_ref() { return std::make_unique<ShowRef>(); }

}  // namespace vstore::cli
