#include "workspace/work_merge.h"

#include <algorithm>

namespace vstore {

WorkMerge::WorkMerge(Tree tree, const os::Dir& top, ScanOptions scan, StatCache* cache, PathMatcher* matcher)
    : prefixes_(scan.prefixes), cursor_(tree, prefixes_, matcher), scan_(top, std::move(scan)), matcher_(matcher) {
  if (cache) cache_.emplace(*cache);
}

void WorkMerge::advance_tree() {
  last_tracked_ = cursor_.key();
  cursor_.next();
}

/// The next selected item of the scan; what could not be read is remembered on the way.
void WorkMerge::advance_file() {
  while ((file_ = scan_.next())) {
    if (file_->problem) {
      problems_.push_back(*file_->problem);
    } else if (!matcher_ || matcher_->matches(file_->path)) {
      return;
    }
  }
}

/// True if a tracked path without a file is, or lies below, something that could not be read. The files run
/// ahead of the tree, so several problems may be known before the first tracked path that they concern. Both
/// ascend: a problem that a path has passed concerns none of the later ones.
bool WorkMerge::is_unknown(std::string_view tracked) {
  for (; unknown_ < problems_.size(); ++unknown_) {
    std::string_view problem = problems_[unknown_].path;
    if (problem.empty()) return true;  // the top itself
    if (tracked < problem) return false;
    if (problem.ends_with('/')) problem.remove_suffix(1);
    if (equal_or_below(tracked, problem)) return true;
  }
  return false;
}

const MergedPath* WorkMerge::next() {
  if (took_tree_) advance_tree();
  if (took_file_ || !started_) advance_file();
  started_ = true;
  if (!cursor_.valid() && !file_) {
    took_tree_ = took_file_ = false;  // asked again after the end, the end it is
    return nullptr;
  }
  const int order = !cursor_.valid() ? 1 : !file_ ? -1 : cursor_.key().compare(file_->path);
  took_tree_ = order <= 0;
  took_file_ = order >= 0;
  current_ = {};
  if (took_tree_) {
    current_.path = cursor_.key();
    current_.tracked = &cursor_.entry();
    current_.unknown = !took_file_ && is_unknown(current_.path);
  }
  if (took_file_) {
    current_.path = file_->path;
    current_.file = file_;
    const StatRecord* record = cache_ ? cache_->seek(file_->path) : nullptr;
    if (record && vouches(*record, file_->stat)) current_.known = record;
  }
  return &current_;
}

std::string WorkMerge::untracked_root(std::string_view path) const {
  const auto tracked_below = [&](std::string_view directory) {  // with '/'
    return (cursor_.valid() && cursor_.key().starts_with(directory)) || std::string_view(last_tracked_).starts_with(directory);
  };
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    const std::string_view directory = path.substr(0, slash + 1);
    const bool below_a_prefix =
        prefixes_.empty() || std::any_of(prefixes_.begin(), prefixes_.end(), [&](const std::string& prefix) {
          return equal_or_below(directory.substr(0, slash), prefix);
        });
    if (below_a_prefix && !tracked_below(directory)) return std::string(directory);
  }
  return std::string(path);
}

}  // namespace vstore
