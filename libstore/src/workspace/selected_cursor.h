// workspace/selected_cursor.h - a snapshot's entries that a selection of paths means, skipping the rest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vstore/tree.h"
#include "workspace/path_match.h"

namespace vstore {

/// One thread. Reads only subtrees in which something may be selected.
class SelectedCursor {
 public:
  /// Keys equal to or below one of `prefixes` (empty: all) that `matcher` (null: all) matches.
  SelectedCursor(const Tree& tree, const std::vector<std::string>& prefixes, PathMatcher* matcher);

  bool valid() const noexcept { return valid_; }
  std::string_view key() const noexcept { return cursor_.key(); }
  const Entry& entry() const noexcept { return cursor_.entry(); }
  void next();

 private:
  void settle();
  bool covered(std::string_view key) const;

  TreeCursor cursor_;
  std::vector<std::string> targets_;  // each prefix and each prefix + '/', ascending: where to jump to
  std::vector<std::string> prefixes_;
  PathMatcher* matcher_;
  bool valid_ = false;
};

}  // namespace vstore
