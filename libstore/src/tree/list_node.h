// tree/list_node.h - one node of the tree that strings a large file together: docs/format/list.md.
#pragma once

#include <cstdint>
#include <vector>

#include "vstore/bytes.h"
#include "vstore/object.h"

namespace vstore {

/// A chunk (in a node of level 0) or a child node.
struct ListEntry {
  std::uint64_t bytes = 0;
  std::uint64_t chunks = 1;
  Id id;
};

/// A decoded node: flat arrays, reused from node to node. A value.
class ListNode {
 public:
  /// Decodes and checks everything that can be seen inside one node; throws `damaged`.
  void decode(Blob bytes);

  unsigned level() const noexcept { return level_; }
  std::size_t count() const noexcept { return begins_.empty() ? 0 : begins_.size() - 1; }
  std::uint64_t bytes() const noexcept { return begins_.back(); }
  std::uint64_t chunks() const noexcept { return chunks_total_; }

  /// Where entry i begins, counted from the node's first byte.
  std::uint64_t begin(std::size_t i) const noexcept { return begins_[i]; }
  ListEntry entry(std::size_t i) const noexcept;
  /// The entry that holds the byte at `offset`, or count() past the end.
  std::size_t find(std::uint64_t offset) const noexcept;

 private:
  Blob bytes_;
  unsigned level_ = 0;
  std::uint64_t chunks_total_ = 0;
  std::vector<std::uint64_t> begins_;  // one more than entries
  std::vector<std::uint64_t> chunks_;  // level > 0 only
  const std::uint8_t* ids_ = nullptr;
};

/// Where lists are cut: true if a node of `level` with `entries` entries ends after the entry `id`.
bool list_node_ends(unsigned level, std::size_t entries, const Id& id) noexcept;

/// Reads and decodes a node; errors name it.
void load_list_node(const ObjectReader& reader, const Id& id, ListNode& node);
/// True if `child` has the level and the totals that `parent` says about its child `i`.
bool list_child_fits(const ListNode& parent, std::size_t i, const ListNode& child) noexcept;
/// Reads child `i` of `parent` (of level > 0) and checks that it is what the parent says.
void load_list_child(const ObjectReader& reader, const ListNode& parent, std::size_t i, ListNode& child);

/// What a content id names: a chunk of `size` bytes, or a list whose root is then in `root`. Throws
/// `damaged` if it is missing or neither.
struct ContentRoot {
  std::uint64_t size = 0;
  bool is_list = false;
  ListNode root;
};
void load_content(const ObjectReader& reader, const Id& content, ContentRoot& out);

}  // namespace vstore
