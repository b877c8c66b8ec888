// workspace/dir_stack.h - the open directories on the way to the current path, for walks in key order.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/dir.h"

namespace vstore {

/// One thread. Handles given out stay valid after the stack moves on.
class DirStack {
 public:
  explicit DirStack(const os::Dir& top) : top_(std::make_shared<os::Dir>(top.duplicate())) {}

  /// The directory `path` (no trailing '/'; empty: the top). Missing ones are made if `make`, else null is
  /// returned. Something in the way that is no directory is an `io` error naming it.
  std::shared_ptr<const os::Dir> open(std::string_view path, bool make);

 private:
  struct Level {
    std::string name;
    std::shared_ptr<const os::Dir> dir;
  };
  std::shared_ptr<const os::Dir> top_;
  std::vector<Level> levels_;
};

/// Splits "a/b/c" into {"a/b", "c"}; no slash: {"", path}.
std::pair<std::string_view, std::string_view> split_path(std::string_view path);

}  // namespace vstore
