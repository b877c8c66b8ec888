// tree/boundary.h - where a tree is cut into nodes: docs/format/tree.md, "Boundaries".
//
// The test of a key is salted by the level. Otherwise the keys of level 1, which all passed the test of
// level 0, would pass again, and every insert would move boundaries on all levels above.
#pragma once

#include <string_view>

#include "tree/node_format.h"

namespace vstore {

inline std::uint32_t key_weight(std::string_view key) noexcept {
  return tree_format::kEntryWeight + static_cast<std::uint32_t>(key.size());
}

/// The hash test: true for a share of kEntryWeight + size in kWeightMean of all keys.
bool key_is_candidate(unsigned level, std::string_view key) noexcept;

/// Adds up weights and says after which key a node ends.
class NodeBoundary {
 public:
  explicit NodeBoundary(unsigned level) noexcept : level_(level) {}

  /// Takes the next key; true if the node ends after it, and the next key starts a new one. Give
  /// `is_no_candidate` where key_is_candidate() is known to be false: it costs 100 ns.
  bool ends_after(std::string_view key, bool is_no_candidate = false) noexcept {
    weight_ += key_weight(key);
    ++entries_;
    if (!is_cut(key, is_no_candidate)) return false;
    reset();
    return true;
  }
  void reset() noexcept { weight_ = entries_ = 0; }

 private:
  bool is_cut(std::string_view key, bool is_no_candidate) const noexcept {
    if (weight_ < tree_format::kWeightMin) return false;
    if (level_ > 0 && entries_ < tree_format::kChildrenMin) return false;
    if (weight_ >= tree_format::kWeightMax) return true;
    return !is_no_candidate && key_is_candidate(level_, key);
  }

  unsigned level_;
  std::uint32_t weight_ = 0;
  std::uint32_t entries_ = 0;
};

}  // namespace vstore
