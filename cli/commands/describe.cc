#include "vstore/describe.h"

#include <fnmatch.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/refs.h"

namespace vstore::cli {
namespace {

class Describe final : public Command {
  void declare(Args& args) override {
    args.usage("describe [--tags | --all] [--long] [--always] [--abbrev NUMBER] [--match PATTERN] [REVISION]...");
    args.describe(
        "Name versions (HEAD) after the nearest annotated tag before them: 'v1-3-g1a2b3c4d5e' is three versions after "
        "v1, and names the version wherever a revision can stand.");
    args.flag("--tags", tags_, "any tag, not only annotated ones");
    args.flag("--all", all_, "any ref");
    args.flag("--long", long_, "with number and id even where a tag is");
    args.flag("--exact-match", exact_, "only a tag at the version itself");
    args.flag("--always", always_, "the id where there is no tag");
    args.option("--abbrev", "NUMBER", digits_, "digits of the id (10); 0: only the tag");
    args.option("--match", "PATTERN", patterns_, "only tags that match (*, ? and []); repeatable");
    args.flag("--json", json_, "a JSON object for each, one a line");
    args.positionals("REVISION", revisions_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    if (revisions_.empty()) revisions_.push_back("HEAD");
    for (const std::string& revision : revisions_) {
      const Id commit = resolve_commit(snapshot, context.revisions(), revision);
      print(context.out(), snapshot, revision, commit);
    }
    return 0;
  }

  bool is_candidate(const Ref& ref) const {
    const bool tag = ref.name.starts_with(kTags);
    if (!all_ && (!tag || (!tags_ && ref.value.kind != Kind::ref_tag))) return false;
    return patterns_.empty() || std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
      return ::fnmatch(pattern.c_str(), short_name(ref.name).c_str(), 0) == 0;
    });
  }

  void print(Output& out, const Snapshot& snapshot, const std::string& revision, const Id& commit) const {
    auto found = vstore::describe(snapshot, commit, [this](const Ref& ref) { return is_candidate(ref); });
    if (found && exact_ && found->ahead > 0) found.reset();
    if (!found && !always_) {
      throw Error(ErrorCode::not_found, exact_ ? "no tag is at " + commit.abbrev() : "no tag leads to " + commit.abbrev(),
                  tags_ || all_ ? "try --always" : "try --tags, or --always");
    }
    const std::string name = text(snapshot, commit, found);
    if (!json_) return out.print(name, "\n");
    Json item;
    item["revision"] = revision;
    item["commit"] = to_json(commit);
    item["name"] = name;
    item["ref"] = found ? Json(found->ref) : Json();
    item["ahead"] = found ? Json(found->ahead) : Json();
    print_json(out, item);
  }

  std::string text(const Snapshot& snapshot, const Id& commit, const std::optional<Description>& found) const {
    const auto digits = static_cast<std::size_t>(std::clamp<std::uint64_t>(digits_.value_or(10), 4, 64));
    const std::string id = abbreviate(snapshot, commit, digits);
    if (!found) return id;
    const std::string name = all_ ? found->ref.substr(5) : short_name(found->ref);
    if (digits_ == 0 || (found->ahead == 0 && !long_)) return name;
    return name + "-" + std::to_string(found->ahead) + "-g" + id;
  }

  bool tags_ = false, all_ = false, long_ = false, exact_ = false, always_ = false, json_ = false;
  std::optional<std::uint64_t> digits_;
  std::vector<std::string> patterns_, revisions_;
};

}  // namespace

std::unique_ptr<Command> make_describe() { return std::make_unique<Describe>(); }

}  // namespace vstore::cli
