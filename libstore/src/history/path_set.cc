#include "history/path_set.h"

#include <algorithm>

#include "history/revision_parse.h"
#include "history/wildmatch.h"
#include "vstore/error.h"

namespace vstore {
namespace {

std::string clean_path(const std::string& path) {
  std::optional<std::string> clean = normalize_path(path);
  if (!clean) {
    throw Error(ErrorCode::usage, "path '" + path + "' leads out of the dataset");
  }
  if (!clean->empty() && path.ends_with('/')) *clean += '/';
  return *std::move(clean);
}

bool is_at_or_below(std::string_view key, std::string_view path) {
  if (!key.starts_with(path)) return false;
  return key.size() == path.size() || path.empty() || path.ends_with('/') || key[path.size()] == '/';
}

std::optional<TreeChange> compare_key(const Tree& before, const Tree& after, const std::string& key) {
  std::optional<Entry> old_entry = before.get(key);
  std::optional<Entry> new_entry = after.get(key);
  if (old_entry == new_entry) return std::nullopt;
  return TreeChange{key, old_entry, new_entry};
}

bool path_differs(const Tree& before, const Tree& after, const std::string& path) {
  // One descent settles most cases. Only what merely begins with the same letters ("a-b" for "a")
  // may come first and hide the directory; then that is compared by itself.
  const std::optional<TreeChange> first = TreeDiff(before, after, path).next();
  if (!first) return false;
  if (is_at_or_below(first->key, path)) return true;
  return TreeDiff(before, after, path + "/").next().has_value();
}

}  // namespace

PathSet::PathSet(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) paths_.push_back(clean_path(path));
  if (paths.empty()) paths_.emplace_back();
  for (const std::string& path : paths_) add_path(path);
  make_disjoint();
}

void PathSet::add_path(const std::string& path) {
  const std::size_t literal = literal_length(path);
  if (literal < path.size()) {
    has_patterns_ = true;
    pieces_.push_back({path.substr(0, literal), true});
    return;
  }
  const bool is_file_too = !path.empty() && !path.ends_with('/');
  if (is_file_too) pieces_.push_back({path, false});
  pieces_.push_back({is_file_too ? path + "/" : path, true});
}

void PathSet::make_disjoint() {
  // Of equal keys the prefix comes first, which covers the other.
  std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) {
    return a.key != b.key ? a.key < b.key : a.is_prefix > b.is_prefix;
  });
  std::vector<Piece> disjoint;
  const Piece* above = nullptr;  // the last prefix that was kept
  for (const Piece& piece : pieces_) {
    if (above != nullptr && piece.key.starts_with(above->key)) continue;
    if (!disjoint.empty() && disjoint.back().key == piece.key) continue;
    if (piece.is_prefix) above = &piece;
    disjoint.push_back(piece);
  }
  pieces_ = std::move(disjoint);
}

bool PathSet::selects(std::string_view key) const {
  if (!has_patterns_) return true;  // the pieces hold nothing else
  const std::string_view name = key.ends_with('/') ? key.substr(0, key.size() - 1) : key;
  return std::any_of(paths_.begin(), paths_.end(), [&](const std::string& path) {
    return is_at_or_below(key, path) || pathspec_matches(path, name);
  });
}

bool PathSet::differ(const Tree& before, const Tree& after) const {
  if (before.root() == after.root()) return false;
  if (has_patterns_) {
    bool found = false;
    for_each_difference(before, after, [&](TreeChange&&) { return !(found = true); });
    return found;
  }
  return std::any_of(paths_.begin(), paths_.end(),
                     [&](const std::string& path) { return path_differs(before, after, path); });
}

void PathSet::for_each_difference(const Tree& before, const Tree& after,
                                  const std::function<bool(TreeChange&&)>& visit) const {
  if (before.root() == after.root()) return;
  for (const Piece& piece : pieces_) {
    if (!piece.is_prefix) {
      if (auto change = compare_key(before, after, piece.key); change && !visit(*std::move(change))) return;
      continue;
    }
    TreeDiff diff(before, after, piece.key);
    while (auto change = diff.next()) {
      if (selects(change->key) && !visit(*std::move(change))) return;
    }
  }
}

}  // namespace vstore
