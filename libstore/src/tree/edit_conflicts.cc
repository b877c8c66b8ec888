// tree/edit_conflicts.cc - path conflicts of an edited map.
//
// Edits come in key order, so for an added key k
//
//  1. what stands above k sorts before it: all edits of such keys are known, and those that matter are
//     string prefixes of k, which is what the chain keeps;
//  2. what stands below k sorts after it: base keys there must all be erased by edits still to come. A
//     cursor on the first of them waits for its erasure and moves on; whoever leaves k's run of keys with
//     the cursor still on a key below k has found the conflict.
//
// In base, a directory above k that holds any key holds one of k's neighbours, and then is no key itself.
// Of the directories above k that hold none, only the topmost can be a key. So one look-up at most is
// needed for 1, and it is needed only if the key before k begins with that directory's name.
#include "tree/edit_conflicts.h"

#include "tree/key_order.h"
#include "tree/usage.h"

namespace vstore {
namespace {

std::string directory_of(std::string_view key) {
  std::string name(key);
  if (name.back() != '/') name += '/';
  return name;
}

bool is_below(std::string_view key, std::string_view upper) noexcept {
  return key.size() > upper.size() && key.starts_with(upper) && is_path_prefix(upper, key);
}

}  // namespace

void EditConflicts::add(std::string_view key, std::string_view before, std::string_view after) {
  advance(key);
  check_edits_above(key);
  check_base_above(key, before, after);
  chain_.push_back({key.size(), true, find_below(key, after)});
}

void EditConflicts::change(std::string_view key) {
  advance(key);
  check_edits_above(key);
  chain_.push_back({key.size(), true, std::nullopt});
}

void EditConflicts::erase(std::string_view key, bool existed) {
  advance(key);
  if (existed) {
    for (Above& above : chain_) {
      if (!above.survivor || !is_below(key, key.substr(0, above.length))) continue;
      if (above.survivor->valid() && above.survivor->key() == key) above.survivor->next();
    }
  }
  chain_.push_back({key.size(), false, std::nullopt});
}

void EditConflicts::finish() {
  for (const Above& above : chain_) check_survivor(above);
}

// Drops what is no string prefix of `key`. The lengths in the chain refer to `last_`.
void EditConflicts::advance(std::string_view key) {
  const std::size_t shared = shared_prefix(last_, key);
  while (!chain_.empty() && chain_.back().length > shared) {
    check_survivor(chain_.back());
    chain_.pop_back();
  }
  last_.assign(key);
}

void EditConflicts::check_survivor(const Above& above) const {
  if (!above.survivor || !above.survivor->valid()) return;
  const std::string_view upper = std::string_view(last_).substr(0, above.length);
  if (is_below(above.survivor->key(), upper)) fail_path_conflict(upper, above.survivor->key());
}

bool EditConflicts::was_erased(std::size_t length) const noexcept {
  for (const Above& above : chain_) {
    if (above.length == length) return !above.is_put;
  }
  return false;
}

void EditConflicts::check_edits_above(std::string_view key) const {
  for (const Above& above : chain_) {
    const std::string_view upper = key.substr(0, above.length);
    if (above.is_put && is_path_prefix(upper, key)) fail_path_conflict(upper, key);
  }
}

void EditConflicts::check_base_above(std::string_view key, std::string_view before,
                                     std::string_view after) const {
  for (std::size_t slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/', slash + 1)) {
    const std::string_view with_slash = key.substr(0, slash + 1);
    if (with_slash == before && !was_erased(slash + 1)) fail_path_conflict(before, key);
    if (before.starts_with(with_slash) || after.starts_with(with_slash)) continue;
    const std::string_view directory = key.substr(0, slash);
    if (directory.empty() || !before.starts_with(directory) || was_erased(slash)) return;
    if (before == directory || base_.get(directory)) fail_path_conflict(directory, key);
    return;
  }
}

std::optional<TreeCursor> EditConflicts::find_below(std::string_view key, std::string_view after) const {
  if (!after.starts_with(key)) return std::nullopt;
  TreeCursor first = base_.seek(directory_of(key));
  if (!first.valid() || !is_below(first.key(), key)) return std::nullopt;
  return first;
}

}  // namespace vstore
