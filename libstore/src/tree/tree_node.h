// tree/tree_node.h - one decoded node of a tree: docs/format/tree.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tree/key_order.h"
#include "vstore/bytes.h"
#include "vstore/tree.h"

namespace vstore {

/// What a node says about one key: an entry of the map (leaf) or a child (internal node).
struct NodeEntry {
  Kind kind = Kind::file;  ///< leaf only
  Totals totals;           ///< leaf: {1, size}
  Id id;                   ///< content or child
};

/// A node as flat arrays. Decoding is one pass; keys are expanded into one buffer, kinds and ids stay
/// where they are. An object is decoded into again and again without allocating. A value.
class TreeNode {
 public:
  /// Decodes and checks everything that can be seen inside one node; throws `damaged`. With `order`,
  /// the keys must also follow those that went through `order` before.
  void decode(Blob bytes, KeyOrder* order = nullptr);

  unsigned level() const noexcept { return level_; }
  bool is_leaf() const noexcept { return level_ == 0; }
  std::size_t count() const noexcept { return count_; }
  const Totals& totals() const noexcept { return totals_; }

  /// Leaf: the key. Internal node: the last key below the child.
  std::string_view key(std::size_t i) const noexcept {
    return {keys_.data() + ends_[i], ends_[i + 1] - ends_[i]};
  }
  std::string_view last_key() const noexcept { return key(count_ - 1); }
  Id id(std::size_t i) const noexcept {
    Id id;
    std::memcpy(id.bytes.data(), ids_ + 32 * i, 32);
    return id;
  }
  Totals totals(std::size_t i) const noexcept { return {is_leaf() ? 1 : counts_[i], sizes_[i]}; }
  Entry entry(std::size_t i) const noexcept { return {static_cast<Kind>(kinds_[i]), sizes_[i], id(i)}; }
  NodeEntry node_entry(std::size_t i) const noexcept {
    return {is_leaf() ? static_cast<Kind>(kinds_[i]) : Kind::file, totals(i), id(i)};
  }

  /// The first i with key(i) >= key, or count(). Looks at nothing before `from`.
  std::size_t lower_bound(std::string_view key, std::size_t from = 0) const noexcept;

 private:
  class Parser;

  Blob bytes_;
  unsigned level_ = 0;
  std::size_t count_ = 0;
  Totals totals_;
  std::vector<char> keys_;            // all keys, expanded
  std::vector<std::uint32_t> ends_;   // key i is keys_[ends_[i], ends_[i + 1])
  std::vector<std::uint64_t> sizes_;
  std::vector<std::uint64_t> counts_; // internal nodes only
  const std::uint8_t* kinds_ = nullptr;
  const std::uint8_t* ids_ = nullptr;
  PrefixChain chain_;                 // scratch
};

/// Reads and decodes a node; errors name it.
void load_node(const ObjectReader& reader, const Id& id, TreeNode& node, KeyOrder* order = nullptr);

/// True if `child` is what `parent` says about its child `i`: level, totals, last key, and first key past the
/// child before.
bool child_fits(const TreeNode& parent, std::size_t i, const TreeNode& child) noexcept;

/// Reads child `i` of `parent` into `child` and checks that it fits. `child` must be another object
/// than `parent`.
void load_child(const ObjectReader& reader, const TreeNode& parent, std::size_t i, TreeNode& child,
                KeyOrder* order = nullptr);

/// The rules for one entry besides those on key order; null, or what is wrong.
const char* entry_fault(std::string_view key, Kind kind, std::uint64_t size, bool id_is_null) noexcept;

}  // namespace vstore
