#include "cli/ref_selection.h"

#include <fnmatch.h>

#include "cli/context.h"
#include "cli/refs.h"

namespace vstore::cli {
namespace {

/// As in git, a pattern without wildcards also means everything below.
bool matches(const std::string& pattern, const std::string& name) {
  if (::fnmatch(pattern.c_str(), name.c_str(), 0) == 0) return true;
  return pattern.find_first_of("*?[") == pattern.npos && name.starts_with(pattern + "/");
}

}  // namespace

void RefSelection::declare(Args& args) {
  args.flag("--all", all, "all branches, tags and other refs, and HEAD");
  args.optional_value("--branches", "PATTERN", "*", branches, "all branches, or those that match");
  args.optional_value("--tags", "PATTERN", "*", tags, "all tags, or those that match");
  args.optional_value("--remotes", "PATTERN", "*", remotes, "all remote branches, or those that match");
}

std::vector<std::string> RefSelection::revisions(Context& context, const Snapshot& snapshot) const {
  std::vector<std::string> chosen;
  for (const Ref& ref : snapshot.refs("refs/")) {
    const auto is_chosen = [&](std::string_view prefix, const std::optional<std::string>& pattern) {
      return pattern && ref.name.starts_with(prefix) && matches(*pattern, ref.name.substr(prefix.size()));
    };
    const bool wanted = all || is_chosen(kBranches, branches) || is_chosen(kTags, tags) || is_chosen(kRemotes, remotes);
    if (wanted && snapshot.ref_commit(ref.name)) chosen.push_back(ref.name);
  }
  if (all && snapshot.ref_commit(context.revisions().head)) chosen.push_back("HEAD");
  return chosen;
}

}  // namespace vstore::cli
