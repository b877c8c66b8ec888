#include "workspace/path_match.h"

#include <algorithm>

#include "history/wildmatch.h"

namespace vstore {
namespace {

std::string_view without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

PathMatcher::PathMatcher(const PathSelection& selection) : everything_(selection.empty()) {
  for (const std::string& given : selection.specs) {
    std::string_view text = given;
    if (text == ".") text = "";
    while (text.starts_with("./")) text.remove_prefix(2);
    text = without_slash(text);
    const std::size_t literal = literal_length(text);
    const std::size_t slash = text.substr(0, literal).rfind('/');
    const bool pattern = literal < text.size();
    const std::string_view directory = slash == std::string_view::npos ? "" : text.substr(0, slash);
    specs_.push_back({std::string(text), std::string(pattern ? directory : text), pattern, false});
  }
}

bool PathMatcher::matches(std::string_view path) {
  path = without_slash(path);
  bool any = everything_;
  for (Spec& spec : specs_) {
    const bool matched = pathspec_matches(spec.text, path);
    spec.matched |= matched;
    any |= matched;
  }
  return any;
}

bool PathMatcher::may_match_below(std::string_view directory) const {
  if (everything_) return true;
  directory = without_slash(directory);
  return std::any_of(specs_.begin(), specs_.end(), [&](const Spec& spec) {
    return equal_or_below(directory, spec.literal) || equal_or_below(spec.literal, directory);
  });
}

std::vector<std::string> PathMatcher::prefixes() const {
  std::vector<std::string> all;
  for (const Spec& spec : specs_) all.push_back(spec.literal.empty() ? "" : spec.literal + "/");
  // With the '/' at the end, what lies below a directory follows it at once ("a-b" sorts between "a" and
  // "a/x", but before "a/"), so comparing with the last one kept is enough.
  std::sort(all.begin(), all.end());
  std::vector<std::string> kept;
  for (std::string& path : all) {
    if (kept.empty() || !path.starts_with(kept.back())) kept.push_back(std::move(path));
  }
  for (std::string& path : kept) {
    if (!path.empty()) path.pop_back();
  }
  std::sort(kept.begin(), kept.end());
  if (kept.size() == 1 && kept[0].empty()) kept.clear();
  return kept;
}

bool PathMatcher::names(std::string_view path) const {
  return std::any_of(specs_.begin(), specs_.end(), [&](const Spec& spec) { return !spec.pattern && spec.text == path; });
}

std::vector<std::string> PathMatcher::unmatched() const {
  std::vector<std::string> out;
  for (const Spec& spec : specs_) {
    if (!spec.matched) out.push_back(spec.text.empty() ? "." : spec.text);
  }
  return out;
}

}  // namespace vstore
