#include "store/object_pool.h"

#include "store/chunk_sink.h"
#include "store/empty_tree.h"
#include "store/references.h"
#include "tree/list_node.h"
#include "tree/tree_node.h"
#include "vstore/error.h"

namespace vstore {

std::optional<ObjectInfo> ObjectPool::find(const Id& id) const {
  if (is_empty_tree(id)) return ObjectInfo{ObjectType::tree, empty_tree_bytes().size()};
  if (auto info = sound_->find(id)) return info;
  if (auto info = fresh_.find(id)) return info;
  for (const auto& pack : salvaged_) {
    if (auto info = pack->find(id)) return info;
  }
  return std::nullopt;
}

Blob ObjectPool::read(const Id& id, ObjectType type) const {
  if (type == ObjectType::tree && is_empty_tree(id)) return {empty_tree_bytes(), nullptr};
  for (const auto& pack : salvaged_) {
    if (sound_->find(id) || fresh_.contains(id)) break;
    if (auto blob = pack->read(id)) return *blob;
  }
  try {
    return fresh_.read(id, type);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return read_on_found_base(id, type);
  }
}

/// An object of a sound pack, based on one that a sound pack does not have.
Blob ObjectPool::read_on_found_base(const Id& id, ObjectType type) const {
  const auto found = sound_->locate(id);
  const auto base_id = found ? sound_->base_of(id) : std::nullopt;
  const auto base = base_id ? read_plain(*base_id) : std::nullopt;
  if (!base) throw Error(ErrorCode::damaged, "object '" + id.hex() + "' cannot be read");
  const Location& at = found->location;
  const Blob whole = sound_->packs()[found->pack].reader->decode(at.frame, base->bytes);
  if (at.offset <= whole.bytes.size() && at.size <= whole.bytes.size() - at.offset) {
    const Blob object{whole.bytes.subspan(at.offset, at.size), whole.owner};
    if (hash_object(type, object.bytes) == id) return object;
  }
  throw Error(ErrorCode::damaged, "object '" + id.hex() + "' does not hash to its id");
}

std::optional<Blob> ObjectPool::read_plain(const Id& id) const {
  try {
    if (const auto found = sound_->locate_plain(id)) return sound_->read_at(*found, id);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
  }
  for (const auto& pack : salvaged_) {
    if (auto blob = pack->read_plain(id)) return blob;
  }
  if (!fresh_plain_.contains(id)) return std::nullopt;
  return fresh_.read(id, fresh_.find(id)->type);
}

bool ObjectPool::is_kept(const Id& id) const {
  return is_empty_tree(id) || sound_->find(id).has_value() || fresh_.contains(id);
}

bool ObjectPool::is_kept_plain(const Id& id) const {
  return fresh_plain_.contains(id) || sound_->locate_plain(id).has_value();
}

namespace {

class Walk {
 public:
  Walk(const ObjectPool& pool, const Id& horizon) : pool_(pool), horizon_(horizon) {}

  void demand(const Id& id, std::optional<ObjectType> type, std::uint64_t chunk_size = 0) {
    if (id.is_null()) return;
    if (!pool_.is_kept(id)) want(id, chunk_size);
    const auto info = pool_.find(id);
    if (!info || info->type == ObjectType::chunk || !seen_.insert(id).second) return;
    pending_.emplace_back(id, type.value_or(info->type));
  }

  void finish() {
    while (!pending_.empty()) {
      const auto [id, type] = pending_.back();
      pending_.pop_back();
      try {
        visit(id, type, pool_.read(id, type));
      } catch (const Error& error) {
        if (error.code() != ErrorCode::damaged) throw;  // its base is lost: that is wanted by itself
      }
    }
  }

  WantedObjects wanted;

 private:
  void want(const Id& id, std::uint64_t chunk_size) {
    wanted.ids.insert(id);
    if (chunk_size > 0 && chunk_size < shared_frame_bytes)
      wanted.sizes.insert(static_cast<std::uint32_t>(chunk_size));
  }

  void visit(const Id& id, ObjectType type, const Blob& bytes) {
    if (type == ObjectType::tree) return visit_tree(bytes);
    if (type == ObjectType::list) return visit_list(bytes);
    visit_references(type, bytes, [this](const Id& named, std::optional<ObjectType> named_type) {
      demand(named, named_type);
    });
    if (type != ObjectType::operation || id == horizon_) return;
    for (const Id& parent : decode_operation(bytes.text()).parents) demand(parent, ObjectType::operation);
  }

  /// With the sizes that leaves know.
  void visit_tree(const Blob& bytes) {
    TreeNode node;
    node.decode(bytes);
    for (std::size_t i = 0; i < node.count(); ++i) {
      if (!node.is_leaf())
        demand(node.id(i), ObjectType::tree);
      else if (node.entry(i).kind < Kind::ref_commit)
        demand(node.id(i), std::nullopt, node.entry(i).size);
      else
        demand(node.id(i), std::nullopt);
    }
  }

  void visit_list(const Blob& bytes) {
    ListNode node;
    node.decode(bytes);
    // Of larger files a chunk that is not small is alone in its frame.
    const std::size_t shared_max = node.bytes() <= small_file_max ? shared_frame_bytes : frame_solo_min;
    for (std::size_t i = 0; i < node.count(); ++i) {
      const ListEntry entry = node.entry(i);
      if (node.level() == 0)
        demand(entry.id, ObjectType::chunk, entry.bytes < shared_max ? entry.bytes : 0);
      else
        demand(entry.id, ObjectType::list);
    }
  }

  const ObjectPool& pool_;
  const Id horizon_;
  std::unordered_set<Id> seen_;
  std::vector<std::pair<Id, ObjectType>> pending_;
};

void demand_bases(const ObjectPool& pool, WantedObjects& wanted) {
  for (const PackInSet& pack : pool.sound().packs()) {
    for (std::uint32_t f = 0; f < pack.reader->frame_count(); ++f) {
      const auto base = pack.reader->frame(f).base;
      if (base && !pool.is_kept_plain(*base)) wanted.plain.insert(*base);
    }
  }
}

}  // namespace

WantedObjects find_wanted(const ObjectPool& pool, const Root& root, const std::vector<Id>& also) {
  Walk walk(pool, root.horizon);
  walk.demand(root.operation, ObjectType::operation);
  for (const Id& id : also) walk.demand(id, std::nullopt);
  walk.finish();
  demand_bases(pool, walk.wanted);
  return std::move(walk.wanted);
}

}  // namespace vstore
