#include "store/references.h"

#include "tree/list_node.h"
#include "tree/tree_node.h"

namespace vstore {
namespace {

std::optional<ObjectType> type_of(Kind kind) {
  switch (kind) {
    case Kind::symlink:
    case Kind::ref_symbolic:
      return ObjectType::chunk;
    case Kind::ref_commit:
      return ObjectType::commit;
    case Kind::ref_tag:
      return ObjectType::tag;
    case Kind::ref_tree:
      return ObjectType::tree;
    case Kind::file:
    case Kind::executable:
    case Kind::empty_directory:
      break;
  }
  return std::nullopt;
}

void visit_tree(const Blob& bytes, const VisitReference& visit) {
  TreeNode node;
  node.decode(bytes);
  for (std::size_t i = 0; i < node.count(); ++i) {
    if (!node.is_leaf()) {
      visit(node.id(i), ObjectType::tree);
    } else if (const Entry entry = node.entry(i); entry.kind != Kind::empty_directory) {
      visit(entry.id, type_of(entry.kind));
    }
  }
}

void visit_list(const Blob& bytes, const VisitReference& visit) {
  ListNode node;
  node.decode(bytes);
  const ObjectType type = node.level() == 0 ? ObjectType::chunk : ObjectType::list;
  for (std::size_t i = 0; i < node.count(); ++i) visit(node.entry(i).id, type);
}

void visit_commit(const Blob& bytes, const VisitReference& visit) {
  const Commit commit = decode_commit(bytes.text());
  visit(commit.tree, ObjectType::tree);
  for (const Id& parent : commit.parents) visit(parent, ObjectType::commit);
}

void visit_tag(const Blob& bytes, const VisitReference& visit) {
  const Tag tag = decode_tag(bytes.text());
  visit(tag.target, tag.target_type);
}

}  // namespace

void visit_references(ObjectType type, const Blob& bytes, const VisitReference& visit) {
  switch (type) {
    case ObjectType::tree:
      return visit_tree(bytes, visit);
    case ObjectType::list:
      return visit_list(bytes, visit);
    case ObjectType::commit:
      return visit_commit(bytes, visit);
    case ObjectType::tag:
      return visit_tag(bytes, visit);
    case ObjectType::operation:
      return visit(decode_operation(bytes.text()).view, ObjectType::tree);
    case ObjectType::chunk:
    case ObjectType::bitmap:
      return;
  }
}

}  // namespace vstore
