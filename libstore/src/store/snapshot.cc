// Snapshot: refs and objects of one state.
#include "store/empty_tree.h"
#include "store/snapshot_state.h"
#include "store/view.h"

namespace vstore {
namespace {

constexpr int symbolic_depth_max = 5;
constexpr int tag_depth_max = 16;

}  // namespace

std::uint64_t Snapshot::generation() const { return state_->root.root.generation; }
Id Snapshot::operation() const { return state_->root.root.operation; }
Tree Snapshot::view() const { return Tree(*this, state_->view()); }

Snapshot Snapshot::at(const Id& operation) const {
  LoadedRoot then = state_->root;
  then.root.operation = operation;
  return Snapshot(std::make_shared<const State>(std::move(then), state_->packs));
}

std::optional<RefValue> Snapshot::ref(std::string_view name) const {
  const auto entry = view().get(name);
  return entry ? std::optional(ref_value(*this, *entry)) : std::nullopt;
}

std::optional<RefValue> Snapshot::resolve_ref(std::string_view name) const {
  std::optional<RefValue> value = ref(name);
  for (int depth = 0; value && value->kind == Kind::ref_symbolic; ++depth) {
    if (depth == symbolic_depth_max) {
      throw Error(ErrorCode::damaged, "ref '" + std::string(name) + "' leads through too many symbolic refs",
                  "set it to a branch or a commit");
    }
    value = ref(value->target);
  }
  return value;
}

std::optional<Id> Snapshot::ref_commit(std::string_view name) const {
  const auto value = resolve_ref(name);
  if (!value || value->kind == Kind::ref_tree) return std::nullopt;
  if (value->kind == Kind::ref_commit) return value->id;
  Tag annotated = tag(value->id);
  for (int depth = 0; annotated.target_type == ObjectType::tag; ++depth) {
    if (depth == tag_depth_max)
      throw Error(ErrorCode::damaged, "tag '" + std::string(name) + "' is nested too deep");
    annotated = tag(annotated.target);
  }
  return annotated.target_type == ObjectType::commit ? std::optional(annotated.target) : std::nullopt;
}

std::vector<Ref> Snapshot::refs(std::string_view prefix) const {
  std::vector<Ref> all;
  const Tree map = view();
  for (auto cursor = map.seek(prefix); cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
    all.push_back({std::string(cursor.key()), ref_value(*this, cursor.entry())});
  }
  return all;
}

std::optional<ObjectInfo> Snapshot::find(const Id& id) const {
  if (is_empty_tree(id)) return ObjectInfo{ObjectType::tree, empty_tree_bytes().size()};
  return state_->packs->find(id);
}

Blob Snapshot::read(const Id& id, ObjectType type) const {
  if (type == ObjectType::tree && is_empty_tree(id)) return {empty_tree_bytes(), nullptr};
  return state_->packs->read(id, type);
}

std::vector<Id> Snapshot::find_prefix(std::string_view hex, std::size_t limit) const {
  return state_->packs->find_prefix(hex, limit);
}

Commit Snapshot::commit(const Id& id) const { return decode_commit(read(id, ObjectType::commit).text()); }
Tag Snapshot::tag(const Id& id) const { return decode_tag(read(id, ObjectType::tag).text()); }
Operation Snapshot::operation(const Id& id) const {
  return decode_operation(read(id, ObjectType::operation).text());
}

std::optional<Id> Snapshot::horizon() const {
  const Id& horizon = state_->root.root.horizon;
  return horizon.is_null() ? std::nullopt : std::optional(horizon);
}

std::uint64_t Snapshot::collected_generation() const { return state_->root.root.collected; }

std::vector<Id> Snapshot::parents(const Id& id) const {
  if (id == state_->root.root.horizon) return {};
  return operation(id).parents;
}

}  // namespace vstore
