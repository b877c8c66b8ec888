#include "cli/ref_write.h"

#include <algorithm>

#include "cli/args.h"
#include "cli/context.h"
#include "cli/identity.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {

void RefWriteFlags::declare(Args& args) {
  message.declare(args);
  args.option("--expect", "OLD", expect, "REF must still name OLD, or with an empty OLD not exist; else exit code 4");
  args.option("--lock-timeout", "SECONDS", lock_timeout, "how long to wait for other writers (30)");
  args.flag("--no-verify", no_verify, "leave the hook pre-commit out");
  args.flag("-q,--quiet", quiet, "do not print the id of the commit");
  args.flag("--json", json, "the result as a JSON document");
}

void demand_expected(Context& context, const Snapshot& snapshot, const std::string& ref, const std::string& expect) {
  const bool none = std::all_of(expect.begin(), expect.end(), [](char c) { return c == '0'; });
  const std::optional<Id> wanted = none ? std::nullopt : std::optional(commit_of(context, expect));
  if (snapshot.ref_commit(ref) == wanted) return;
  throw Error(ErrorCode::lost_race, "'" + ref + "' is " + (none ? std::string("there already") : "no longer at '" + expect + "'"),
              "look at what it names now and try again");
}

void demand_free(const Snapshot& snapshot, const std::string& ref) {
  if (!checked_out_at(snapshot, ref)) return;
  throw Error(ErrorCode::refused, "branch '" + escape_for_terminal(short_name(ref)) + "' is checked out in a workspace",
              "change its files there, or write to another branch and merge it");
}

std::string ref_to_write(const std::string& name) {
  if (!name.starts_with("refs/")) return branch_ref(name);
  check_ref_name(name);
  return name;
}

std::string snapshot_path(const std::string& text) {
  const std::string problem = path_problem(text);
  if (problem.empty() && !text.ends_with('/')) return text;
  throw Error(ErrorCode::usage, "'" + escape_for_terminal(text) + "' cannot be a path of a version" + (problem.empty() ? "" : ": " + problem),
              "give a path below the root, such as data/table.csv");
}

RefWrite::RefWrite(Context& context, const RefWriteFlags& flags, const std::string& name)
    : recorder_(context), context_(context), flags_(flags), ref_(ref_to_write(name)), tree_(empty_tree_id()) {
  if (flags.lock_timeout) context.set_lock_timeout(*flags.lock_timeout);
  txn_.emplace(context.store().begin());
  const Snapshot& base = txn_->base();
  demand_free(base, ref_);
  if (flags.expect) demand_expected(context, base, ref_, *flags.expect);
  old_ = base.ref(ref_);
  parent_ = base.ref_commit(ref_);
  if (parent_) tree_ = base.commit(*parent_).tree;
}

int RefWrite::commit(const Id& tree, const std::string& default_message) {
  if (parent_ && tree == tree_) {
    report(*parent_, false);
    return 0;
  }
  Commit commit;
  commit.tree = tree;
  if (parent_) commit.parents = {*parent_};
  commit.author = author(context_);
  commit.author_time = author_date().value_or(now());
  commit.committer = committer(context_);
  commit.commit_time = committer_date().value_or(now());
  commit.message = flags_.message.given() ? flags_.message.text() : default_message + "\n";
  if (!flags_.no_verify) context_.hooks().check_commits();
  const Id id = txn_->put(ObjectType::commit, as_bytes(encode(commit)), parent_ ? &*parent_ : nullptr);
  txn_->set_ref(ref_, old_, RefValue::commit(id));
  txn_->publish({.who = commit.committer, .command = context_.command_line(), .time = std::nullopt});
  recorder_.acknowledge(id);
  report(id, true);
  context_.store().fold();
  return 0;
}

void RefWrite::report(const Id& commit, bool changed) {
  if (flags_.json) {
    Json document;
    document["ref"] = ref_;
    document["before"] = parent_ ? to_json(*parent_) : Json();
    document["commit"] = to_json(commit);
    document["changed"] = changed;
    print_json(context_.out(), document);
  } else if (!flags_.quiet) {
    context_.out().print(commit.hex(), "\n");
  }
}

}  // namespace vstore::cli
