// history/scratch_objects.h - objects that are needed for a moment and never stored.
#pragma once

#include <optional>
#include <unordered_map>

#include "vstore/object.h"

namespace vstore {

/// Reads what was put here, and everything else from below. put() needs that nobody reads meanwhile.
class ScratchObjects final : public ObjectReader, public ObjectWriter {
 public:
  explicit ScratchObjects(const ObjectReader& below) : below_(below) {}

  std::optional<ObjectInfo> find(const Id& id) const override {
    const auto at = objects_.find(id);
    if (at == objects_.end()) return below_.find(id);
    return ObjectInfo{at->second.type, at->second.blob.bytes.size()};
  }
  Blob read(const Id& id, ObjectType type) const override {
    const auto at = objects_.find(id);
    return at == objects_.end() || at->second.type != type ? below_.read(id, type) : at->second.blob;
  }
  Id put(ObjectType type, ByteView bytes, const Id* = nullptr) override {
    const Id id = hash_object(type, bytes);
    objects_.try_emplace(id, Object{type, Blob::copy_of(bytes)});
    return id;
  }

 private:
  struct Object {
    ObjectType type;
    Blob blob;
  };
  const ObjectReader& below_;
  std::unordered_map<Id, Object> objects_;
};

}  // namespace vstore
