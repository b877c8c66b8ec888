// vstore/node_diff.h - which nodes of two trees differ: what a comparison, or a transfer, would have to read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "vstore/tree.h"

namespace vstore {

/// A node that only one of two trees has.
struct DifferingNode {
  char side;       ///< '-': the tree before; '+': the tree after
  unsigned level;  ///< 0: a leaf, which holds entries
  Id id;
  std::string last_key;  ///< of the keys below it; empty for the root of an empty map
  Totals totals;         ///< of the entries below it
};

/// Calls `visit` with the nodes that only one of the trees has on their level: level by level from the higher
/// root down, on each level those of `before` first, in key order. Reads only these. False from `visit`
/// stops.
void for_each_differing_node(const Tree& before, const Tree& after,
                             const std::function<bool(const DifferingNode&)>& visit);

}  // namespace vstore
