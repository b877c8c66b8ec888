// tree/node_writer.h - encodes one level of a tree, node by node, and stacks such levels to a tree.
// Both the builder and the editor write through it, so there is one rule for what a tree looks like.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "tree/boundary.h"
#include "tree/tree_node.h"
#include "vstore/object.h"

namespace vstore {

/// The node under construction on one level. Buffers are kept from node to node.
class NodeWriter {
 public:
  explicit NodeWriter(unsigned level);

  /// Appends an entry, keys ascending; true if the node is complete and must be flushed.
  /// `is_no_candidate`: see NodeBoundary.
  bool add(std::string_view key, const NodeEntry& entry, bool is_no_candidate);

  bool empty() const noexcept { return count_ == 0; }
  std::size_t count() const noexcept { return count_; }
  /// The last key that was added; still there after flush().
  const std::string& last_key() const noexcept { return last_key_; }
  /// The child of the last entry.
  Id last_id() const noexcept;

  /// Writes the node and starts the next one; returns its entry for the parent.
  NodeEntry flush(ObjectWriter& writer, const Id* displaced);

 private:
  unsigned level_;
  NodeBoundary boundary_;
  std::size_t count_ = 0;
  Totals totals_;
  std::string last_key_;
  Bytes keys_;    // front-coded
  Bytes kinds_;   // leaf: kinds; internal: counts
  Bytes sizes_;
  Bytes ids_;
  Bytes node_;    // scratch
};

/// All levels. Memory: one node a level.
class TreeWriter {
 public:
  explicit TreeWriter(ObjectWriter& writer) : writer_(writer) {}

  /// Appends to a level; nodes that become complete go up.
  void add(unsigned level, std::string_view key, const NodeEntry& entry, bool is_no_candidate = false);
  bool empty(unsigned level) const noexcept { return level >= levels_.size() || levels_[level].node.empty(); }
  /// Nodes that start on `level` from now on take the place of the old node `id`.
  void set_displaced(unsigned level, const Id& id) { at(level).old_id = id; }
  std::uint64_t nodes_written() const noexcept { return written_; }

  struct Root {
    Id id;
    unsigned level;
    bool is_new;  ///< written here; else it is an entry that was added as it was
  };
  /// To be called for level 0, 1, 2... when the level's last entry has been added, until it returns the
  /// root: ends the last node of the level. Past the top of a map without entries: the empty leaf.
  std::optional<Root> close(unsigned level);

 private:
  struct Level {
    explicit Level(unsigned level) : node(level) {}
    NodeWriter node;
    std::uint64_t flushed = 0;
    Id old_id;     // null: none
    Id displaced;  // of the node under construction
  };

  Level& at(unsigned level);
  NodeEntry flush(Level& level);
  bool nothing_above(unsigned level) const noexcept;

  ObjectWriter& writer_;
  std::deque<Level> levels_;  // references stay valid while it grows
  std::uint64_t written_ = 0;
};

}  // namespace vstore
