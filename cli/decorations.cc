#include "cli/decorations.h"

#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

Colour colour_of(const std::string& ref) {
  if (ref.starts_with(kTags)) return Colour::yellow;
  return ref.starts_with(kRemotes) ? Colour::red : Colour::green;
}

std::string shown_name(const std::string& ref, bool full_names) {
  const std::string name = escape_for_terminal(full_names ? ref : short_name(ref));
  return ref.starts_with(kTags) ? "tag: " + name : name;
}

}  // namespace

/// HEAD first, with its branch; then in reverse order of full names, as git lists them.
Decorations::Decorations(const Snapshot& snapshot, const RevisionContext& names, bool full_names) {
  const std::optional<RefValue> head = snapshot.ref(names.head);
  const std::string branch = head && head->kind == Kind::ref_symbolic ? head->target : "";
  if (const auto commit = snapshot.ref_commit(names.head)) {
    labels_[*commit].push_back({"HEAD", branch.empty() ? "HEAD" : "HEAD -> ", Colour::cyan});
    if (!branch.empty()) labels_[*commit].push_back({branch, shown_name(branch, full_names), Colour::green});
  }
  const std::vector<Ref> refs = snapshot.refs("refs/");
  for (auto ref = refs.rbegin(); ref != refs.rend(); ++ref) {
    if (ref->name == branch) continue;
    if (const auto commit = snapshot.ref_commit(ref->name)) {
      labels_[*commit].push_back({ref->name, shown_name(ref->name, full_names), colour_of(ref->name)});
    }
  }
}

std::string Decorations::text(const Id& commit, const Output& out) const {
  const auto found = labels_.find(commit);
  if (found == labels_.end()) return "";
  std::string text = out.paint(Colour::yellow, " (");
  bool separate = false;
  for (const Label& label : found->second) {
    if (separate) text += out.paint(Colour::yellow, ", ");
    text += out.paint(label.colour, label.shown);
    separate = !label.shown.ends_with("-> ");
  }
  return text + out.paint(Colour::yellow, ")");
}

std::vector<std::string> Decorations::names(const Id& commit) const {
  std::vector<std::string> names;
  if (const auto found = labels_.find(commit); found != labels_.end()) {
    for (const Label& label : found->second) names.push_back(label.ref);
  }
  return names;
}

}  // namespace vstore::cli
