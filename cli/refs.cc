#include "cli/refs.h"

#include "cli/context.h"
#include "cli/identity.h"
#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

std::string checked_ref(std::string_view prefix, const std::string& name, const char* what) {
  const std::string ref = std::string(prefix) + name;
  if (name.empty() || name == "HEAD" || name == "@" || name[0] == '-' || !ref_name_problem(ref).empty()) {
    throw Error(ErrorCode::usage, "'" + escape_for_terminal(name) + "' is not a valid " + what + " name",
                "names have no spaces, no '..', none of ~^:?*[\\, and do not begin with '-'");
  }
  return ref;
}

}  // namespace

std::string branch_ref(const std::string& name) { return checked_ref(kBranches, name, "branch"); }
std::string tag_ref(const std::string& name) { return checked_ref(kTags, name, "tag"); }

std::string hold_ref(const std::string& name) { return checked_ref(kHolds, name, "hold"); }

std::string short_name(std::string_view ref) {
  for (const std::string_view prefix : {kBranches, kTags, kHolds, kRemotes}) {
    if (ref.starts_with(prefix)) return std::string(ref.substr(prefix.size()));
  }
  return std::string(ref);
}

std::string_view subject(std::string_view message) { return message.substr(0, message.find('\n')); }

std::string describe(const Snapshot& snapshot, const Id& commit) {
  return abbreviate(snapshot, commit) + " " + escape_for_terminal(subject(snapshot.commit(commit).message));
}

std::string detached_place(const Snapshot& snapshot, const Id& commit) {
  for (const Ref& tag : snapshot.refs(kTags)) {
    if (snapshot.ref_commit(tag.name) == commit) return escape_for_terminal(short_name(tag.name));
  }
  return abbreviate(snapshot, commit);
}

void publish(Context& context, const std::function<void(Transaction&)>& change) {
  Transaction transaction = context.store().begin();
  change(transaction);
  transaction.publish({committer(context), context.command_line(), std::nullopt});
}

Id commit_of(Context& context, const std::string& expression) {
  return resolve_commit(context.snapshot(), context.revisions(), expression);
}

std::optional<std::string> checked_out_at(const Snapshot& snapshot, const std::string& branch) {
  for (const Ref& ref : snapshot.refs("workspaces/")) {
    const bool follows = ref.name.ends_with("/HEAD") || ref.name.ends_with("/merge/branch");  // that of a rebase
    if (follows && ref.value.kind == Kind::ref_symbolic && ref.value.target == branch) return ref.name;
  }
  return std::nullopt;
}

}  // namespace vstore::cli
