// store/object_pool.h - every object that a repair can lay hands on.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "pack/pack_set.h"
#include "store/new_objects.h"
#include "store/root.h"
#include "store/salvaged_pack.h"

namespace vstore {

/// What a repair looks for: ids that are needed and not in a sound pack.
struct WantedObjects {
  std::unordered_set<Id> ids;
  std::unordered_set<Id> plain;             ///< bases: a plain copy is needed, whatever else there is
  std::unordered_set<std::uint32_t> sizes;  ///< that chunks among them may have

  bool contains(const Id& id) const { return ids.contains(id) || plain.contains(id); }
  std::size_t size() const { return ids.size() + plain.size(); }
};

/// Objects of the sound packs, of what was put back, and of damaged packs, in this order. One thread.
class ObjectPool final : public ObjectReader {
 public:
  ObjectPool(std::shared_ptr<const PackSet> sound, NewObjects& fresh)
      : sound_(std::move(sound)), fresh_(fresh) {}

  void add(std::unique_ptr<SalvagedPack> pack) { salvaged_.push_back(std::move(pack)); }

  std::optional<ObjectInfo> find(const Id& id) const override;
  Blob read(const Id& id, ObjectType type) const override;
  /// A plain copy from anywhere.
  std::optional<Blob> read_plain(const Id& id) const;
  /// True if it will be visible when what was put back is published.
  bool is_kept(const Id& id) const;
  bool is_kept_plain(const Id& id) const;

  const PackSet& sound() const { return *sound_; }
  const std::vector<std::unique_ptr<SalvagedPack>>& salvaged() const { return salvaged_; }
  /// Ids that were put back plain.
  std::unordered_set<Id>& fresh_plain() { return fresh_plain_; }

 private:
  Blob read_on_found_base(const Id& id, ObjectType type) const;

  const std::shared_ptr<const PackSet> sound_;
  NewObjects& fresh_;
  std::unordered_set<Id> fresh_plain_;
  std::vector<std::unique_ptr<SalvagedPack>> salvaged_;
};

/// What is needed and not kept: the closure of the root's operation and of those before it up to its horizon,
/// the bases that sound packs name, and `also`.
WantedObjects find_wanted(const ObjectPool& pool, const Root& root, const std::vector<Id>& also);

}  // namespace vstore
