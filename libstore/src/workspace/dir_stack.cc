#include "workspace/dir_stack.h"

#include <cerrno>

#include "vstore/error.h"

namespace vstore {

std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::shared_ptr<const os::Dir> DirStack::open(std::string_view path, bool make) {
  std::size_t depth = 0;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (depth < levels_.size() && levels_[depth].name == name) {
      ++depth;
      continue;
    }
    levels_.resize(depth);
    const os::Dir& parent = depth == 0 ? *top_ : *levels_[depth - 1].dir;
    const std::string component(name);
    auto opened = parent.open_beneath(component);
    if (!opened) {
      if (!make) return nullptr;
      if (parent.stat(component)) throw_errno(ENOTDIR, "make directory", parent.path() + "/" + component);
      parent.make_directory(component);
      opened = parent.open_beneath(component);
      if (!opened) throw_errno(ENOTDIR, "open", parent.path() + "/" + component);
    }
    levels_.push_back({component, std::make_shared<const os::Dir>(std::move(*opened))});
    ++depth;
  }
  return depth == 0 ? top_ : levels_[depth - 1].dir;
}

}  // namespace vstore
