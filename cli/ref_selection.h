// cli/ref_selection.h - --all, --branches, --tags and --remotes: many refs as revisions at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/args.h"
#include "vstore/store.h"

namespace vstore::cli {

class Context;

struct RefSelection {
  bool all = false;
  std::optional<std::string> branches, tags, remotes;  ///< patterns; "*" if none was given

  void declare(Args& args);
  bool given() const { return all || branches || tags || remotes; }
  /// The full names of what was chosen, "HEAD" last with --all. Refs that lead to no commit are left out.
  std::vector<std::string> revisions(Context& context, const Snapshot& snapshot) const;
};

}  // namespace vstore::cli
