#include "workspace/selected_cursor.h"

#include <algorithm>

namespace vstore {

SelectedCursor::SelectedCursor(const Tree& tree, const std::vector<std::string>& prefixes, PathMatcher* matcher)
    : cursor_(prefixes.empty() ? tree.begin() : tree.seek(prefixes.front())), prefixes_(prefixes), matcher_(matcher) {
  for (const std::string& prefix : prefixes_) {
    targets_.push_back(prefix);
    targets_.push_back(prefix + "/");
  }
  std::sort(targets_.begin(), targets_.end());
  settle();
}

void SelectedCursor::next() {
  cursor_.next();
  settle();
}

bool SelectedCursor::covered(std::string_view key) const {
  return prefixes_.empty() || std::any_of(prefixes_.begin(), prefixes_.end(),
                                          [&](const std::string& prefix) { return equal_or_below(key, prefix); });
}

/// Moves forward to the first selected entry at or after the cursor.
void SelectedCursor::settle() {
  valid_ = false;
  while (cursor_.valid()) {
    if (!covered(cursor_.key())) {
      const auto target = std::upper_bound(targets_.begin(), targets_.end(), cursor_.key());
      if (target == targets_.end()) return;
      cursor_.seek_forward(*target);
    } else if (matcher_ && !matcher_->matches(cursor_.key())) {
      cursor_.next();
    } else {
      valid_ = true;
      return;
    }
  }
}

}  // namespace vstore
