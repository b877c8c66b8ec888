#include "cli/tree_changes.h"

#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore::cli {

/// What a path names now: a file, or a directory's files.
std::map<std::string, Entry> TreeChanges::at(const std::string& path) const {
  std::map<std::string, Entry> found;
  const std::string below = path + "/";
  const auto is_it = [&](std::string_view key) { return key == path || key.starts_with(below); };
  if (const auto entry = before_.get(path)) found[path] = *entry;
  for (TreeCursor cursor = before_.seek(below); cursor.valid() && is_it(cursor.key()); cursor.next()) {
    found[std::string(cursor.key())] = cursor.entry();
  }
  for (auto edit = edits_.lower_bound(path); edit != edits_.end() && edit->first.starts_with(path); ++edit) {
    if (!is_it(edit->first)) continue;
    if (edit->second) found[edit->first] = *edit->second;
    else found.erase(edit->first);
  }
  if (found.empty()) throw Error(ErrorCode::not_found, "no file or directory '" + escape_for_terminal(path) + "'", "'vstore ls -r REF' lists what there is");
  return found;
}

void TreeChanges::remove(const std::string& path) {
  for (const auto& [key, entry] : at(path)) edits_[key] = std::nullopt;
  ++count_;
}

void TreeChanges::copy(const std::string& from, const std::string& to) {
  for (const auto& [key, entry] : at(from)) edits_[to + key.substr(from.size())] = entry;
  ++count_;
}

Id TreeChanges::finish() {
  auto at = edits_.begin();
  return edit_tree(before_, txn_, [&]() -> std::optional<TreeEdit> {
    if (at == edits_.end()) return std::nullopt;
    TreeEdit edit{at->first, at->second};
    ++at;
    return edit;
  });
}

}  // namespace vstore::cli
