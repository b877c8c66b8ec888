// tree/edit_conflicts.h - keeps an edited map free of path conflicts ("a" beside "a/x", see
// tree/key_order.h) without looking at more than the edits' neighbourhood.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/tree.h"

namespace vstore {

/// Is told every edit, in key order. Throws `usage` as soon as the result is certain to hold a conflict,
/// at the latest in finish(). Assumes that `base` holds none.
class EditConflicts {
 public:
  explicit EditConflicts(const Tree& base) : base_(base) {}

  /// A key that `base` does not have. `before` and `after`: its neighbours in `base`, empty if none.
  void add(std::string_view key, std::string_view before, std::string_view after);
  /// A key that `base` has gets another value.
  void change(std::string_view key);
  void erase(std::string_view key, bool existed);
  void finish();

 private:
  // An earlier edit whose key is a string prefix of the latest one's.
  struct Above {
    std::size_t length;
    bool is_put;
    // For an added key: the first key of `base` below it that no edit has erased yet.
    std::optional<TreeCursor> survivor;
  };

  void advance(std::string_view key);
  void check_survivor(const Above& above) const;
  bool was_erased(std::size_t length) const noexcept;
  void check_edits_above(std::string_view key) const;
  void check_base_above(std::string_view key, std::string_view before, std::string_view after) const;
  std::optional<TreeCursor> find_below(std::string_view key, std::string_view after) const;

  const Tree& base_;
  std::string last_;
  std::vector<Above> chain_;
};

}  // namespace vstore
