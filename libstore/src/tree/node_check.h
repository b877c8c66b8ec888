// tree/node_check.h - is a node the one that a writer would make? Decoding checks what readers rely on; this
// checks the rest of docs/format/tree.md and list.md: that nodes end where the format says, so that the same
// map always has the same root.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tree/list_node.h"
#include "tree/tree_node.h"

namespace vstore {

/// How a node ends.
enum class NodeEnd {
  cut,    ///< at a boundary
  open,   ///< before one: only the last node of its level may
  missed  ///< a boundary lies inside: no node may
};

NodeEnd node_end(const TreeNode& node) noexcept;
NodeEnd node_end(const ListNode& node) noexcept;

/// A node whose parent was checked in the same place before need not be checked there again: `seen` is asked
/// once for each place, by a hash of what the parent says about it, and answers true from the second time on.
using SeenPlace = std::function<bool(const Id& place)>;

/// Compares the children of a node with what the node says about them, and demands that each but the last
/// ends at a boundary, down its right edge. What is wrong, or nullopt. Children that cannot be read are left
/// out: they are damaged themselves.
std::optional<std::string> children_fault(const ObjectReader& reader, const TreeNode& node,
                                          const SeenPlace& seen);
std::optional<std::string> children_fault(const ObjectReader& reader, const ListNode& node,
                                          const SeenPlace& seen);

/// The same for the root of a map: a root with one child collapses into it.
std::optional<std::string> root_fault(const ObjectReader& reader, const Id& root);

}  // namespace vstore
