// history/revision.cc - evaluates revisions: from the tree of revision_parse.h to objects.
//
// A name is looked up as git does: a full id, then a ref, then the beginning of an id. The beginning of
// an id may fit several objects; what the rest of the expression wants of it (a commit, something with a
// tree) then rules out the others.
#include "vstore/revision.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "history/message_search.h"
#include "history/revision_parse.h"
#include "history/short_id.h"
#include "vstore/error.h"
#include "vstore/operations.h"

namespace vstore {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

class Evaluator {
 public:
  Evaluator(const Snapshot& snapshot, const RevisionContext& context, std::string_view text)
      : snapshot_(snapshot), context_(context), text_(text), parsed_(parse_revision(text)) {}

  Resolved run(IdWanted wanted) {
    Resolved at = base(steps_want(wanted));
    for (const RevisionStep& step : parsed_.steps) {
      at.ref.clear();
      take(step, at);
    }
    return parsed_.path ? enter(tree_of(at), *parsed_.path) : at;
  }

  Id commit_of(Resolved at) {
    follow_tags(at);
    if (at.type != ObjectType::commit) wrong_type(at, "a commit");
    return at.id;
  }

  Id tree_of(Resolved at) {
    follow_tags(at);
    if (at.type == ObjectType::commit) return snapshot_.commit(at.id).tree;
    if (at.type != ObjectType::tree) wrong_type(at, "a commit or tree");
    return at.id;
  }

 private:
  // -- bases --

  IdWanted steps_want(IdWanted at_end) const {
    if (!parsed_.steps.empty()) {
      const RevisionStep& first = parsed_.steps.front();
      if (first.kind != RevisionStep::Kind::peel || first.text == "commit") return IdWanted::commit;
      if (first.text == "tree") return IdWanted::tree;
      if (first.text == "tag") return IdWanted::tag;
      return IdWanted::anything;
    }
    return parsed_.path ? IdWanted::tree : at_end;
  }

  Resolved base(IdWanted wanted) {
    if (parsed_.base == RevisionExpression::Base::stage) return stage();
    if (parsed_.base == RevisionExpression::Base::search) return search(all_tips(snapshot_, context_.head), parsed_.name);
    if (auto ref = stash()) return ref_value(*std::move(ref));
    if (parsed_.moment) return moment(*parsed_.moment);
    if (const std::optional<Id> id = Id::from_hex(parsed_.name)) {
      if (const auto info = snapshot_.find(*id)) return {*id, info->type};
    }
    if (auto full = expand_ref(snapshot_, context_, parsed_.name)) return ref_value(*std::move(full));
    if (const auto id = find_short_id(snapshot_, parsed_.name, wanted)) {
      return {*id, snapshot_.find(*id)->type};
    }
    if (parsed_.name == "HEAD") unborn(context_.head);
    if (const auto id = described_id()) return {*id, ObjectType::commit};
    unknown();
  }

  /// "v1-14-g2414721b19": what describe prints names the commit by what stands behind "-g".
  std::optional<Id> described_id() const {
    const std::size_t at = parsed_.name.rfind("-g");
    if (at == std::string::npos) return std::nullopt;
    return find_short_id(snapshot_, std::string_view(parsed_.name).substr(at + 2), IdWanted::commit);
  }

  Resolved search(std::vector<Id> from, const std::string& text) {
    if (const auto id = find_by_message(snapshot_, std::move(from), text)) return {*id, ObjectType::commit};
    throw Error(ErrorCode::not_found, "unknown revision " + quoted(text_) + ": no commit's message matches",
                "'vstore log --all' shows the messages");
  }

  /// "stash" and "stash@{N}": stashes have a ref each, of which the newest comes last.
  std::optional<std::string> stash() const {
    if (parsed_.name != "stash" && parsed_.name != "refs/stash") return std::nullopt;
    if (parsed_.moment && parsed_.moment->kind != RevisionMoment::Kind::nth) return std::nullopt;
    const std::uint64_t n = parsed_.moment ? parsed_.moment->number : 0;
    const std::vector<Ref> refs = snapshot_.refs("refs/stash/");
    if (n >= refs.size()) return std::nullopt;
    return refs[refs.size() - 1 - n].name;
  }

  // -- values that a ref had --

  Resolved moment(const RevisionMoment& when) {
    switch (when.kind) {
      case RevisionMoment::Kind::previous: return previous_switch(when.number);
      case RevisionMoment::Kind::nth: return nth_value(when.number);
      case RevisionMoment::Kind::date: break;
    }
    const Time now = context_.now.value_or(snapshot_.operation(snapshot_.operation()).time);
    return value_at(operation_at(snapshot_, parse_time(when.date, now).seconds));
  }

  Resolved previous_switch(std::uint64_t n) {
    const auto previous = previous_head(snapshot_, context_.head, n);
    if (!previous) {
      throw Error(ErrorCode::not_found,
                  "unknown revision " + quoted(text_) + ": HEAD was not switched so often",
                  "'vstore reflog' lists where it was");
    }
    if (previous->branch && snapshot_.ref(*previous->branch)) return ref_value(*previous->branch);
    if (!previous->commit) unborn(*previous->branch);
    return {*previous->commit, ObjectType::commit};
  }

  Resolved nth_value(std::uint64_t n) {
    Reflog reflog(snapshot_, log_name());
    for (std::uint64_t i = 0;; ++i) {
      const auto entry = reflog.next();
      if (!entry) {
        throw Error(ErrorCode::not_found,
                    "unknown revision " + quoted(text_) + ": only " + std::to_string(i) + (i == 1 ? " value is" : " values are") + " known",
                    "'vstore reflog' lists them");
      }
      if (i == n) return value_at(entry->made_by.id);
    }
  }

  Resolved value_at(const Id& operation) {
    const auto value = snapshot_.at(operation).resolve_ref(log_name());
    if (!value) {
      throw Error(ErrorCode::not_found, "unknown revision " + quoted(text_) + ": the ref did not exist then", "'vstore reflog' lists its values");
    }
    return {value->id, type_of(*value)};
  }

  /// The ref whose values are meant: without a name the current branch, else a ref that exists or did.
  std::string log_name() {
    if (parsed_.name.empty()) {
      const auto head = snapshot_.ref(context_.head);
      return head && head->kind == Kind::ref_symbolic ? head->target : context_.head;
    }
    if (auto full = expand_ref_ever(snapshot_, context_, parsed_.name)) return *std::move(full);
    unknown();
  }

  static ObjectType type_of(const RefValue& value) {
    if (value.kind == Kind::ref_tag) return ObjectType::tag;
    return value.kind == Kind::ref_tree ? ObjectType::tree : ObjectType::commit;
  }

  Resolved stage() {
    if (context_.stage.empty()) {
      throw Error(ErrorCode::usage, "no stage for " + quoted(text_) + ": not in a workspace");
    }
    const std::optional<RefValue> value = snapshot_.resolve_ref(context_.stage);
    return {value ? value->id : empty_tree_id(), ObjectType::tree, context_.stage};
  }

  Resolved ref_value(std::string full) {
    const std::optional<RefValue> value = snapshot_.resolve_ref(full);
    if (!value) unborn(full);
    return {value->id, type_of(*value), std::move(full)};
  }

  // -- steps --

  void take(const RevisionStep& step, Resolved& at) {
    switch (step.kind) {
      case RevisionStep::Kind::ancestor:
        return go_to_ancestor(step.number, at);
      case RevisionStep::Kind::parent:
        return go_to_parent(step.number, at);
      case RevisionStep::Kind::peel:
        return peel(step.text, at);
      case RevisionStep::Kind::search:
        if (step.text.empty()) return;  // as in git, the commit itself
        at = search({commit_of(at)}, step.text);
        return;
    }
  }

  void go_to_ancestor(std::uint64_t generations, Resolved& at) {
    at = {commit_of(at), ObjectType::commit};
    for (std::uint64_t n = 0; n < generations; ++n) {
      const Commit commit = snapshot_.commit(at.id);
      if (commit.parents.empty()) {
        no_parent("the history ends after " + std::to_string(n) + (n == 1 ? " step" : " steps"));
      }
      at.id = commit.parents.front();
    }
  }

  void go_to_parent(std::uint64_t number, Resolved& at) {
    at = {commit_of(at), ObjectType::commit};
    if (number == 0) return;
    const Commit commit = snapshot_.commit(at.id);
    if (number > commit.parents.size()) {
      const std::size_t count = commit.parents.size();
      no_parent("commit " + at.id.abbrev() + " has " + std::to_string(count) +
                (count == 1 ? " parent" : " parents"));
    }
    at.id = commit.parents[number - 1];
  }

  void peel(const std::string& type, Resolved& at) {
    if (type == "commit") {
      at = {commit_of(at), ObjectType::commit};
    } else if (type == "tree") {
      at = {tree_of(at), ObjectType::tree};
    } else if (type == "tag") {
      if (at.type != ObjectType::tag) wrong_type(at, "an annotated tag");
    } else if (type.empty()) {
      follow_tags(at);
    }
  }

  void follow_tags(Resolved& at) {
    while (at.type == ObjectType::tag) {
      const Tag tag = snapshot_.tag(at.id);
      at = {tag.target, tag.target_type};
    }
  }

  // -- paths --

  Resolved enter(const Id& root, const std::string& written) {
    const bool relative = written == "." || written.starts_with("./") || written.starts_with("../") || written == "..";
    const std::optional<std::string> path = normalize_path(relative ? context_.directory + "/" + written : written);
    if (!path) throw Error(ErrorCode::usage, "path " + quoted(written) + " leads out of the dataset");
    Resolved found{root, ObjectType::tree};
    found.path = *path;
    found.tree = root;
    const Tree tree = snapshot_.tree(root);
    if (path->empty()) {
      found.is_directory = true;
    } else if (const std::optional<Entry> entry = tree.get(*path)) {
      if (written.ends_with('/')) no_path("path " + quoted(*path) + " is not a directory in ");
      const auto info = snapshot_.find(entry->id);
      if (!info) throw Error(ErrorCode::damaged, "missing object " + quoted(entry->id.hex()));
      found.id = entry->id;
      found.type = info->type;
      found.entry = entry;
    } else if (tree.has_directory(*path)) {
      found.is_directory = true;
      found.entry = tree.get(*path + "/");
    } else {
      no_path("path " + quoted(*path) + " does not exist in ");
    }
    return found;
  }

  // -- errors --

  [[noreturn]] void unknown() const {
    throw Error(ErrorCode::not_found, "unknown revision " + quoted(parsed_.name),
                "list what there is with 'vstore branch -a', 'vstore tag' and 'vstore log'");
  }
  [[noreturn]] void unborn(const std::string& ref) const {
    const std::optional<RefValue> value = snapshot_.ref(ref);
    constexpr std::string_view kBranches = "refs/heads/";
    std::string branch = value && value->kind == Kind::ref_symbolic ? value->target : ref;
    if (branch.starts_with(kBranches)) branch.erase(0, kBranches.size());
    throw Error(
        ErrorCode::not_found,
        "unknown revision " + quoted(parsed_.name) + ": branch " + quoted(branch) + " has no commits yet",
        "make the first one with 'vstore commit'");
  }
  [[noreturn]] void no_parent(const std::string& why) const {
    throw Error(ErrorCode::not_found, "unknown revision " + quoted(text_) + ": " + why,
                "'vstore log --graph' shows how commits hang together");
  }
  [[noreturn]] void no_path(const std::string& what) const {
    const std::string_view revision = text_.substr(0, text_.size() - parsed_.path->size() - 1);
    throw Error(
        ErrorCode::not_found, what + (revision.empty() ? "the stage" : quoted(revision)),
        revision.empty() ? "'vstore ls-files' lists what is there" : "'vstore ls' lists what is there");
  }
  [[noreturn]] void wrong_type(const Resolved& at, std::string_view wanted) const {
    throw Error(ErrorCode::usage,
                quoted(text_) + " is a " + std::string(to_string(at.type)) + ", not " + std::string(wanted));
  }

  const Snapshot& snapshot_;
  const RevisionContext& context_;
  std::string_view text_;
  RevisionExpression parsed_;
};

}  // namespace

Resolved resolve(const Snapshot& snapshot, const RevisionContext& context, std::string_view expression) {
  return Evaluator(snapshot, context, expression).run(IdWanted::anything);
}

Id resolve_commit(const Snapshot& snapshot, const RevisionContext& context, std::string_view expression) {
  Evaluator evaluator(snapshot, context, expression);
  return evaluator.commit_of(evaluator.run(IdWanted::commit));
}

Id resolve_tree(const Snapshot& snapshot, const RevisionContext& context, std::string_view expression) {
  Evaluator evaluator(snapshot, context, expression);
  const Resolved found = evaluator.run(IdWanted::tree);
  if (found.tree && !found.path.empty()) {
    throw Error(ErrorCode::usage, quoted(expression) + " is part of a snapshot, not a whole one");
  }
  return evaluator.tree_of(found);
}

}  // namespace vstore
