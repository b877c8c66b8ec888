#include "pack/pending_index.h"

#include <algorithm>

#include "base/check.h"
#include "pack/format.h"

namespace vstore {
namespace {

constexpr std::uint32_t based_flag = pack_format::record_based;

std::uint32_t pack_flags(const IndexedObject& o) {
  return o.size | static_cast<std::uint32_t>(o.type) << pack_format::record_type_shift |
         (o.based ? based_flag : 0);
}

}  // namespace

void PendingIndex::add(const IndexedObject& object) {
  VSTORE_CHECK(count_ < 0xfffffffeu);
  if (count_ >> block_bits == blocks_.size()) {
    blocks_.emplace_back();
    if (blocks_.size() > 1) blocks_.back().reserve(block_size);
  }
  blocks_.back().push_back({object.id, object.frame, object.offset, pack_flags(object)});
  ++count_;
  if (count_ * 10 > table_.size() * 8) return grow_table();
  std::uint32_t& slot = table_[slot_of(object.id)];
  if (slot == 0) slot = static_cast<std::uint32_t>(count_);
}

std::optional<IndexedObject> PendingIndex::find(const Id& id) const {
  if (table_.empty()) return std::nullopt;
  const std::uint32_t position = table_[slot_of(id)];
  if (position == 0) return std::nullopt;
  return object_at(position - 1);
}

std::size_t PendingIndex::slot_of(const Id& id) const {
  std::size_t slot = std::hash<Id>()(id) & (table_.size() - 1);
  while (table_[slot] != 0 && at(table_[slot] - 1).id != id) slot = (slot + 1) & (table_.size() - 1);
  return slot;
}

void PendingIndex::grow_table() {
  const std::size_t size = std::max<std::size_t>(64, table_.size() * 2);
  table_.clear();
  table_.shrink_to_fit();
  table_.resize(size);
  for (std::size_t i = 0; i < count_; ++i) {
    std::uint32_t& slot = table_[slot_of(at(i).id)];
    if (slot == 0) slot = static_cast<std::uint32_t>(i + 1);
  }
}

IndexedObject PendingIndex::object_at(std::size_t i) const {
  const Entry& e = at(i);
  const auto type = e.size_and_flags >> pack_format::record_type_shift & pack_format::record_type_mask;
  return {e.id,
          e.frame,
          e.offset,
          e.size_and_flags & pack_format::record_size_mask,
          static_cast<ObjectType>(type),
          (e.size_and_flags & based_flag) != 0};
}

bool PendingIndex::before(std::uint32_t a, std::uint32_t b) const {
  const Entry& x = at(a);
  const Entry& y = at(b);
  const auto order = x.id <=> y.id;
  if (order != 0) return order < 0;
  const bool x_based = (x.size_and_flags & based_flag) != 0;
  const bool y_based = (y.size_and_flags & based_flag) != 0;
  return x_based != y_based ? y_based : a < b;
}

/// Walks the sorted positions.
class PendingStream final : public SortedObjects {
 public:
  explicit PendingStream(const PendingIndex& index) : index_(index) {}
  std::uint64_t count_max() const override { return index_.count_; }
  void rewind() override { next_ = 0; }
  bool next(IndexedObject& out) override {
    if (next_ == index_.order_.size()) return false;
    if (next_ + ahead < index_.order_.size()) __builtin_prefetch(&index_.at(index_.order_[next_ + ahead]));
    out = index_.object_at(index_.order_[next_++]);
    return true;
  }

 private:
  static constexpr std::size_t ahead = 8;
  const PendingIndex& index_;
  std::size_t next_ = 0;
};

/// Ids are uniform, so a counting sort on their top bits leaves a handful in each bucket to be sorted.
std::unique_ptr<SortedObjects> PendingIndex::sorted() {
  table_.clear();
  table_.shrink_to_fit();
  const unsigned bits = pack_format::fanout_bits_for(count_);
  const auto bucket = [&](std::size_t i) { return bits == 0 ? 0 : at(i).id.prefix64() >> (64 - bits); };
  std::vector<std::uint32_t> begin((std::size_t{1} << bits) + 1);
  for (std::size_t i = 0; i < count_; ++i) ++begin[bucket(i) + 1];
  for (std::size_t b = 1; b < begin.size(); ++b) begin[b] += begin[b - 1];
  order_.resize(count_);
  for (std::size_t i = 0; i < count_; ++i) order_[begin[bucket(i)]++] = static_cast<std::uint32_t>(i);
  // begin[b] is now the end of bucket b.
  for (std::size_t b = 0, from = 0; b + 1 < begin.size(); from = begin[b++]) {
    const auto first = order_.begin();
    std::sort(first + static_cast<std::ptrdiff_t>(from), first + static_cast<std::ptrdiff_t>(begin[b]),
              [this](std::uint32_t x, std::uint32_t y) { return before(x, y); });
  }
  return std::make_unique<PendingStream>(*this);
}

}  // namespace vstore
