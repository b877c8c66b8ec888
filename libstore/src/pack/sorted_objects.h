// pack/sorted_objects.h - index entries in index order, as a stream that can be run again: what an index
// is written from, whether the entries come from memory or from the indexes of packs being folded.
#pragma once

#include <memory>
#include <vector>

#include "vstore/id.h"

namespace vstore {

/// An entry of a pack's index.
struct IndexedObject {
  Id id;
  std::uint32_t frame;
  std::uint32_t offset;
  std::uint32_t size;
  ObjectType type;
  bool based;  ///< lies in a frame with a base

  /// The order of an index: by id, the plain copy before the based one.
  bool before(const IndexedObject& other) const noexcept {
    const auto order = id <=> other.id;
    return order < 0 || (order == 0 && based < other.based);
  }
  bool same_entry(const IndexedObject& other) const noexcept {
    return based == other.based && id == other.id;
  }
};

class SortedObjects {
 public:
  virtual ~SortedObjects() = default;
  /// At least as many as next() will give.
  virtual std::uint64_t count_max() const = 0;
  virtual void rewind() = 0;
  virtual bool next(IndexedObject& out) = 0;
};

/// Several streams as one, in order; of entries with the same id and kind the first is kept.
class MergedObjects final : public SortedObjects {
 public:
  explicit MergedObjects(std::vector<std::unique_ptr<SortedObjects>> inputs);
  std::uint64_t count_max() const override;
  void rewind() override;
  bool next(IndexedObject& out) override;

 private:
  struct Input {
    std::unique_ptr<SortedObjects> stream;
    IndexedObject head;
    bool done = false;
  };
  Input* smallest();
  void advance(Input& input) { input.done = !input.stream->next(input.head); }

  std::vector<Input> inputs_;
  IndexedObject last_{};
  bool any_ = false;
};

}  // namespace vstore
