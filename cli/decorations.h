// cli/decorations.h - which refs point at a commit: "(HEAD -> main, tag: v1)".
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "cli/output.h"
#include "vstore/revision.h"
#include "vstore/store.h"

namespace vstore::cli {

/// Immutable once made; thread-safe.
class Decorations {
 public:
  /// None at all.
  Decorations() = default;
  /// All branches, tags and remote branches of the snapshot, and HEAD.
  Decorations(const Snapshot& snapshot, const RevisionContext& names, bool full_names);

  /// " (HEAD -> main, tag: v1, fix)" in colours, or empty.
  std::string text(const Id& commit, const Output& out) const;
  /// The full names of the refs at a commit, "HEAD" first.
  std::vector<std::string> names(const Id& commit) const;

 private:
  struct Label {
    std::string ref;    ///< full name
    std::string shown;
    Colour colour;
  };
  std::unordered_map<Id, std::vector<Label>> labels_;
};

}  // namespace vstore::cli
