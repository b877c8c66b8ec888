// One object. What it names must be visible (protocol.md rule 9): looked up, not walked to, since whatever is
// visible is looked at by itself.
#include "store/fsck_object.h"

#include "store/empty_tree.h"
#include "store/references.h"
#include "tree/node_check.h"

namespace vstore {

std::optional<ObjectInfo> ObjectCheck::Reader::find(const Id& id) const {
  if (is_empty_tree(id)) return ObjectInfo{ObjectType::tree, empty_tree_bytes().size()};
  return packs_.find(id);
}

Blob ObjectCheck::Reader::read(const Id& id, ObjectType type) const {
  if (type == ObjectType::tree && is_empty_tree(id)) return {empty_tree_bytes(), nullptr};
  return packs_.read(id, type);
}

void ObjectCheck::check(const std::string& file, const Id& id, ObjectType type, const Blob& bytes) {
  if (type == ObjectType::chunk || type == ObjectType::bitmap) return;
  try {
    visit_references(type, bytes, [&](const Id& named, std::optional<ObjectType> named_type) {
      check_named(id, type, named, named_type);
    });
    check_form(file, id, type, bytes);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    run_.add_object(DamageKind::canonical, file, id, type, error.what());
  }
}

void ObjectCheck::check_named(const Id& namer, ObjectType namer_type, const Id& id,
                              std::optional<ObjectType> type) {
  const auto info = reader_.find(id);
  const std::string by = "named by " + std::string(to_string(namer_type)) + " '" + namer.hex() + "'";
  if (!info) return run_.add_object(DamageKind::missing, "", id, type, "is missing, " + by);
  const bool fits =
      type ? info->type == *type : info->type == ObjectType::chunk || info->type == ObjectType::list;
  if (!fits)
    run_.add_object(DamageKind::object, "", id, info->type, "is of another type than it must be, " + by);
}

void ObjectCheck::check_form(const std::string& file, const Id& id, ObjectType type, const Blob& bytes) {
  std::vector<std::string> faults;
  if (type == ObjectType::tree) check_tree(id, bytes, faults);
  if (type == ObjectType::list) check_list(bytes, faults);
  if (type == ObjectType::commit) {
    if (auto fault = root_fault(reader_, decode_commit(bytes.text()).tree)) faults.push_back(*fault);
  }
  if (type == ObjectType::operation) {
    if (auto fault = root_fault(reader_, decode_operation(bytes.text()).view)) faults.push_back(*fault);
  }
  for (std::string& fault : faults) run_.add_object(DamageKind::canonical, file, id, type, std::move(fault));
}

void ObjectCheck::check_tree(const Id& id, const Blob& bytes, std::vector<std::string>& faults) {
  TreeNode node;
  node.decode(bytes);
  if (is_empty_tree(id)) return;
  if (node_end(node) == NodeEnd::missed) faults.push_back("the node goes on past a boundary");
  const auto seen = [this](const Id& place) { return !seen_places_.insert(place); };
  if (auto fault = children_fault(reader_, node, seen)) faults.push_back(*fault);
  if (node.is_leaf()) check_sizes(node, faults);
}

void ObjectCheck::check_list(const Blob& bytes, std::vector<std::string>& faults) {
  ListNode node;
  node.decode(bytes);
  if (node_end(node) == NodeEnd::missed) faults.push_back("the node goes on past a boundary");
  const auto seen = [this](const Id& place) { return !seen_places_.insert(place); };
  if (auto fault = children_fault(reader_, node, seen)) faults.push_back(*fault);
  if (node.level() > 0) return;
  for (std::size_t i = 0; i < node.count(); ++i) {
    const ListEntry entry = node.entry(i);
    const auto info = reader_.find(entry.id);
    if (info && info->size != entry.bytes)
      faults.push_back("chunk '" + entry.id.hex() + "' has another size");
  }
}

/// The sizes that a leaf gives for files against those of their contents.
void ObjectCheck::check_sizes(const TreeNode& node, std::vector<std::string>& faults) {
  for (std::size_t i = 0; i < node.count(); ++i) {
    const Entry entry = node.entry(i);
    if (entry.kind > Kind::symlink) continue;
    const auto size = content_size(entry.id);
    if (!size || *size == entry.size) continue;
    faults.push_back("'" + std::string(node.key(i)) + "' has another size than its content");
  }
}

/// nullopt if it is missing or damaged: that is found out by itself.
std::optional<std::uint64_t> ObjectCheck::content_size(const Id& content) const {
  const auto info = reader_.find(content);
  if (!info || info->type != ObjectType::list) return info ? std::optional(info->size) : std::nullopt;
  try {
    ListNode root;
    load_list_node(reader_, content, root);
    return root.bytes();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return std::nullopt;
  }
}

}  // namespace vstore
