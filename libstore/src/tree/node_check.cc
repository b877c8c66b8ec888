#include "tree/node_check.h"

#include "base/coding.h"
#include "tree/boundary.h"

namespace vstore {
namespace {

bool try_load(const ObjectReader& reader, const Id& id, TreeNode& node) {
  try {
    load_node(reader, id, node);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return false;
  }
}

bool try_load(const ObjectReader& reader, const Id& id, ListNode& node) {
  try {
    load_list_node(reader, id, node);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return false;
  }
}

Id last_child(const TreeNode& node) { return node.id(node.count() - 1); }
Id last_child(const ListNode& node) { return node.entry(node.count() - 1).id; }

/// True if the node and the last of each level below end at boundaries.
template <class Node>
bool right_edge_is_cut(const ObjectReader& reader, const Node& top) {
  if (node_end(top) != NodeEnd::cut) return false;
  if (top.level() == 0) return true;
  Node node;
  return !try_load(reader, last_child(top), node) || right_edge_is_cut(reader, node);
}

/// What a parent says about child `i`, as one value.
Id place_of(const TreeNode& node, std::size_t i) {
  Bytes place;
  put_id(place, node.id(i));
  put_u8(place, static_cast<std::uint8_t>(node.level()));
  put_u8(place, i + 1 < node.count());
  put_varint(place, node.totals(i).count);
  put_varint(place, node.totals(i).bytes);
  for (const std::string_view key : {i > 0 ? node.key(i - 1) : std::string_view(), node.key(i)}) {
    put_varint(place, key.size());
    put_bytes(place, key);
  }
  return hash_object(ObjectType::chunk, place);
}

Id place_of(const ListNode& node, std::size_t i) {
  const ListEntry entry = node.entry(i);
  Bytes place;
  put_id(place, entry.id);
  put_u8(place, static_cast<std::uint8_t>(node.level()));
  put_u8(place, i + 1 < node.count());
  put_varint(place, entry.chunks);
  put_varint(place, entry.bytes);
  return hash_object(ObjectType::chunk, place);
}

bool fits(const TreeNode& parent, std::size_t i, const TreeNode& child) {
  return child_fits(parent, i, child);
}
bool fits(const ListNode& parent, std::size_t i, const ListNode& child) {
  return list_child_fits(parent, i, child);
}

Id child_id(const TreeNode& node, std::size_t i) { return node.id(i); }
Id child_id(const ListNode& node, std::size_t i) { return node.entry(i).id; }

template <class Node>
std::optional<std::string> check_children(const ObjectReader& reader, const Node& node,
                                          const SeenPlace& seen) {
  if (node.level() == 0) return std::nullopt;
  Node child;
  for (std::size_t i = 0; i < node.count(); ++i) {
    const Id id = child_id(node, i);
    if (seen(place_of(node, i)) || !try_load(reader, id, child)) continue;
    if (!fits(node, i, child)) return "its child '" + id.hex() + "' is not what it says";
    if (i + 1 < node.count() && !right_edge_is_cut(reader, child))
      return "its child '" + id.hex() + "' does not end at a boundary";
  }
  return std::nullopt;
}

}  // namespace

NodeEnd node_end(const TreeNode& node) noexcept {
  NodeBoundary boundary(node.level());
  for (std::size_t i = 0; i < node.count(); ++i) {
    if (!boundary.ends_after(node.key(i))) continue;
    return i + 1 == node.count() ? NodeEnd::cut : NodeEnd::missed;
  }
  return NodeEnd::open;
}

NodeEnd node_end(const ListNode& node) noexcept {
  for (std::size_t i = 0; i < node.count(); ++i) {
    if (!list_node_ends(node.level(), i + 1, node.entry(i).id)) continue;
    return i + 1 == node.count() ? NodeEnd::cut : NodeEnd::missed;
  }
  return NodeEnd::open;
}

std::optional<std::string> children_fault(const ObjectReader& reader, const TreeNode& node,
                                          const SeenPlace& seen) {
  return check_children(reader, node, seen);
}

std::optional<std::string> children_fault(const ObjectReader& reader, const ListNode& node,
                                          const SeenPlace& seen) {
  return check_children(reader, node, seen);
}

std::optional<std::string> root_fault(const ObjectReader& reader, const Id& root) {
  TreeNode node;
  if (!try_load(reader, root, node) || node.is_leaf() || node.count() > 1) return std::nullopt;
  return "the root '" + root.hex() + "' of a tree has a single child";
}

}  // namespace vstore
