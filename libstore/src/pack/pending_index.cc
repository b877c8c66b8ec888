#include "pack/pending_index.h"

#include <algorithm>
#include <bit>
#include <utility>

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

/// The order of the index; equal entries stay as they were added, since frames are numbered upwards.
bool PendingIndex::before(const Entry& a, const Entry& b) {
  const auto order = a.id <=> b.id;
  if (order != 0) return order < 0;
  const bool a_based = (a.size_and_flags & based_flag) != 0;
  const bool b_based = (b.size_and_flags & based_flag) != 0;
  if (a_based != b_based) return b_based;
  return a.frame != b.frame ? a.frame < b.frame : a.offset < b.offset;
}

/// Moves every entry into its bucket by the top `bits` of its id, in place (American flag sort); returns
/// where each bucket ends.
std::vector<std::size_t> PendingIndex::partition(unsigned bits) {
  const auto bucket = [bits](const Entry& e) -> std::size_t {
    return bits == 0 ? 0 : static_cast<std::size_t>(e.id.prefix64() >> (64 - bits));
  };
  std::vector<std::size_t> next(std::size_t{1} << bits);
  for (std::size_t i = 0; i < count_; ++i) ++next[bucket(at(i))];
  std::vector<std::size_t> end(next.size());
  std::size_t sum = 0;
  for (std::size_t b = 0; b < next.size(); ++b) {
    sum += std::exchange(next[b], sum);
    end[b] = sum;
  }
  for (std::size_t b = 0; b < next.size(); ++b) {
    while (next[b] < end[b]) {
      Entry& here = at(next[b]);
      const std::size_t home = bucket(here);
      if (home == b)
        ++next[b];
      else
        std::swap(here, at(next[home]++));
    }
  }
  return end;
}

void PendingIndex::sort_range(std::size_t begin, std::size_t end) {
  std::vector<Entry> run;
  run.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) run.push_back(at(i));
  std::sort(run.begin(), run.end(), before);
  for (std::size_t i = begin; i < end; ++i) at(i) = run[i - begin];
}

/// Walks the sorted entries.
class PendingStream final : public SortedObjects {
 public:
  explicit PendingStream(const PendingIndex& index) : index_(index) {}
  std::uint64_t count_max() const override { return index_.count_; }
  void rewind() override { next_ = 0; }
  bool next(IndexedObject& out) override {
    if (next_ == index_.count_) return false;
    out = index_.object_at(next_++);
    return true;
  }

 private:
  const PendingIndex& index_;
  std::size_t next_ = 0;
};

/// Ids are uniform: partitioned by their top bits they fall into runs that fit the cache.
std::unique_ptr<SortedObjects> PendingIndex::sorted() {
  table_.clear();
  table_.shrink_to_fit();
  const int wanted = static_cast<int>(std::bit_width(count_)) - 9;
  std::size_t begin = 0;
  for (const std::size_t end : partition(static_cast<unsigned>(std::clamp(wanted, 0, 12)))) {
    sort_range(begin, end);
    begin = end;
  }
  return std::make_unique<PendingStream>(*this);
}

}  // namespace vstore
