// tests/support/memory_objects.h - objects in memory, with counters: for tests of what stands on
// ObjectReader and ObjectWriter. Not thread-safe while it is written to.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vstore/error.h"
#include "vstore/object.h"

namespace vstore::test {

class MemoryObjects : public ObjectReader, public ObjectWriter {
 public:
  std::optional<ObjectInfo> find(const Id& id) const override {
    const auto it = objects_.find(id);
    if (it == objects_.end()) return std::nullopt;
    return ObjectInfo{it->second.type, it->second.blob.bytes.size()};
  }

  Blob read(const Id& id, ObjectType type) const override {
    ++reads;
    const auto it = objects_.find(id);
    if (it == objects_.end() || it->second.type != type) {
      throw Error(ErrorCode::damaged, "missing object '" + id.hex() + "'");
    }
    return it->second.blob;
  }

  Id put(ObjectType type, ByteView bytes, const Id* old = nullptr) override {
    ++puts;
    const Id id = hash_object(type, bytes);
    if (!objects_.contains(id)) {
      ++news;
      objects_.emplace(id, Object{type, Blob::copy_of(bytes)});
      if (old != nullptr) displaced.emplace_back(id, *old);
    }
    return id;
  }

  /// Stores bytes under an id that is not theirs, as a damaged store would have them.
  void forge(const Id& id, ObjectType type, ByteView bytes) {
    objects_.insert_or_assign(id, Object{type, Blob::copy_of(bytes)});
  }
  std::size_t size() const { return objects_.size(); }

  mutable std::uint64_t reads = 0;               ///< calls of read()
  std::uint64_t puts = 0;                        ///< calls of put()
  std::uint64_t news = 0;                        ///< of those, objects that were not there
  std::vector<std::pair<Id, Id>> displaced;      ///< new object, what it displaced

 private:
  struct Object {
    ObjectType type;
    Blob blob;
  };
  std::unordered_map<Id, Object> objects_;
};

}  // namespace vstore::test
