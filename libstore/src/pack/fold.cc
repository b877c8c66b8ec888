// Folding packs.
//
// Passes: merge the sorted indexes and mark which entries to keep; compress anew what is left of thin frames;
// copy the other frames that hold a kept entry; hand the writer a stream of the kept entries with their new
// frame numbers. The indexes themselves stay on the maps.
#include "pack/fold.h"

#include <algorithm>
#include <numeric>

#include "os/mapped.h"
#include "pack/format.h"
#include "pack/frame_group.h"

namespace vstore {

/// Sorted by size, ascending: fold the longest prefix in which some pack is not larger than all smaller
/// ones together. Packs in [2^k, 2^(k+1)) can then stand beside each other only until their sum reaches the
/// next one, and a byte that is copied moves to a pack at least half as large again.
std::vector<std::size_t> choose_fold(const std::vector<std::uint64_t>& sizes) {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sizes[a] < sizes[b]; });
  std::size_t take = 0;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0 && sizes[order[i]] <= sum) take = i + 1;
    sum += sizes[order[i]];
  }
  order.resize(take);
  return order;
}

namespace {

constexpr std::uint32_t dropped = 0xffffffff;

// Below this share of kept bytes a plain frame is not copied, but its objects are compressed anew.
constexpr std::uint64_t kept_share_numerator = 3;
constexpr std::uint64_t kept_share_denominator = 4;

/// One input: which entries are kept, and where its frames went.
struct FoldInput {
  PackInSet pack;
  std::vector<bool> keep;
  std::vector<std::uint32_t> frame_number;  ///< in the new pack; `dropped`

  bool dead(std::uint64_t i) const {
    return pack.dead && i / 8 < pack.dead->size() &&
           ((*pack.dead)[static_cast<std::size_t>(i / 8)] >> (i % 8) & 1) != 0;
  }
};

/// The entries of one input in order, skipping the dead.
class InputCursor {
 public:
  explicit InputCursor(FoldInput& input) : input_(&input) { settle(); }
  bool done() const { return at_ == input_->pack.reader->object_count(); }
  const Id& id() const { return id_; }
  std::uint64_t position() const { return at_; }
  FoldInput& input() const { return *input_; }
  void advance() {
    ++at_;
    settle();
  }

 private:
  void settle() {
    while (!done() && input_->dead(at_)) ++at_;
    if (!done()) id_ = input_->pack.reader->id_at(at_);
  }
  FoldInput* input_;
  std::uint64_t at_ = 0;
  Id id_;
};

/// Of all live copies of one id, marks one: a plain one if any.
void keep_best(const std::vector<InputCursor*>& copies) {
  InputCursor* best = nullptr;
  std::uint64_t best_position = 0;
  bool best_plain = false;
  for (InputCursor* cursor : copies) {
    const Id id = cursor->id();
    for (; !cursor->done() && cursor->id() == id; cursor->advance()) {
      const bool plain = !cursor->input().pack.reader->location_at(cursor->position()).based;
      if (best != nullptr && (best_plain || !plain)) continue;
      best = cursor;
      best_position = cursor->position();
      best_plain = plain;
    }
  }
  FoldInput& input = best->input();
  input.keep[static_cast<std::size_t>(best_position)] = true;
  input.frame_number[input.pack.reader->location_at(best_position).frame] = 0;
}

void mark_kept(std::vector<FoldInput>& inputs) {
  std::vector<InputCursor> cursors;
  for (FoldInput& input : inputs) cursors.emplace_back(input);
  std::vector<InputCursor*> copies;
  for (;;) {
    copies.clear();
    for (InputCursor& cursor : cursors) {
      if (cursor.done()) continue;
      if (!copies.empty() && cursor.id() < copies.front()->id()) copies.clear();
      if (copies.empty() || cursor.id() == copies.front()->id()) copies.push_back(&cursor);
    }
    if (copies.empty()) return;
    keep_best(copies);
  }
}

struct KeptEntry {
  std::uint32_t frame;
  std::uint64_t position;
};

/// The frames that hold much that is not kept; they are taken out of the copy.
std::vector<bool> take_thin_frames(FoldInput& input) {
  const PackReader& reader = *input.pack.reader;
  std::vector<std::uint32_t> kept_bytes(reader.frame_count());
  for (std::size_t i = 0; i < input.keep.size(); ++i) {
    if (!input.keep[i]) continue;
    const Location at = reader.location_at(i);
    kept_bytes[at.frame] += at.size;
  }
  std::vector<bool> thin(reader.frame_count());
  for (std::uint32_t f = 0; f < reader.frame_count(); ++f) {
    if (input.frame_number[f] == dropped) continue;
    const FrameInfo info = reader.frame(f);
    thin[f] = !info.base && kept_bytes[f] * kept_share_denominator < info.raw_size * kept_share_numerator;
    if (thin[f]) input.frame_number[f] = dropped;
  }
  return thin;
}

/// The kept entries of thin frames, by frame; they are taken out of the copy, too.
std::vector<KeptEntry> take_thin_entries(FoldInput& input) {
  const std::vector<bool> thin = take_thin_frames(input);
  std::vector<KeptEntry> entries;
  if (std::ranges::find(thin, true) == thin.end()) return entries;
  for (std::size_t i = 0; i < input.keep.size(); ++i) {
    if (!input.keep[i]) continue;
    const std::uint32_t frame = input.pack.reader->location_at(i).frame;
    if (!thin[frame]) continue;
    input.keep[i] = false;
    entries.push_back({frame, i});
  }
  std::ranges::stable_sort(entries, {}, &KeptEntry::frame);
  return entries;
}

void add_verified(const PackReader& reader, const Blob& frame, std::uint64_t position, FrameGroup& group) {
  const Location at = reader.location_at(position);
  const Id id = reader.id_at(position);
  if (at.offset > frame.bytes.size() || at.size > frame.bytes.size() - at.offset)
    pack_format::fail_damaged(reader.path(), "an object lies outside its frame");
  Bytes bytes(at.size);  // out of the map, which may go away
  os::guarded(reader.map(), [&] { std::copy_n(frame.bytes.data() + at.offset, at.size, bytes.data()); });
  if (hash_object(at.type, bytes) != id)
    pack_format::fail_damaged(reader.path(), "object '" + id.hex() + "' does not hash to its id");
  group.add(at.type, id, bytes);
}

void regroup_thin(FoldInput& input, FrameGroup& group) {
  const std::vector<KeptEntry> entries = take_thin_entries(input);
  Blob frame;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i == 0 || entries[i].frame != entries[i - 1].frame)
      frame = input.pack.reader->decode(entries[i].frame, {});
    add_verified(*input.pack.reader, frame, entries[i].position, group);
  }
}

/// Through a buffer of our own, so that a page that goes away is an error and not a half-written frame.
void copy_frames(FoldInput& input, PackWriter& writer) {
  const PackReader& reader = *input.pack.reader;
  Bytes stored;
  for (std::uint32_t f = 0; f < reader.frame_count(); ++f) {
    if (input.frame_number[f] == dropped) continue;
    const FrameInfo info = reader.frame(f);
    stored.resize(info.stored_size);
    const ByteView in_place = reader.stored(f);
    os::guarded(reader.map(), [&] { std::copy(in_place.begin(), in_place.end(), stored.begin()); });
    if (pack_format::frame_checksum(stored) != info.checksum)
      pack_format::fail_damaged(reader.path(), "frame " + std::to_string(f) + " does not match its checksum");
    input.frame_number[f] =
        writer.append_copied(info.codec, info.frame_class, info.raw_size, info.base, stored);
  }
}

/// The kept entries of one input, in order.
class KeptObjects final : public SortedObjects {
 public:
  explicit KeptObjects(FoldInput input) : input_(std::move(input)) {
    count_ = static_cast<std::uint64_t>(std::count(input_.keep.begin(), input_.keep.end(), true));
  }
  std::uint64_t count_max() const override { return count_; }
  void rewind() override { at_ = 0; }
  bool next(IndexedObject& out) override {
    while (at_ < input_.keep.size() && !input_.keep[at_]) ++at_;
    if (at_ == input_.keep.size()) return false;
    const Location l = input_.pack.reader->location_at(at_);
    out = {input_.pack.reader->id_at(at_), input_.frame_number[l.frame], l.offset, l.size, l.type, l.based};
    ++at_;
    return true;
  }

 private:
  FoldInput input_;
  std::uint64_t count_;
  std::size_t at_ = 0;
};

}  // namespace

void fold_packs(const std::vector<PackInSet>& packs, PackWriter& writer) {
  std::vector<FoldInput> inputs;
  for (const PackInSet& pack : packs) {
    const auto objects = static_cast<std::size_t>(pack.reader->object_count());
    inputs.push_back(
        {pack, std::vector<bool>(objects), std::vector<std::uint32_t>(pack.reader->frame_count(), dropped)});
  }
  mark_kept(inputs);
  FrameGroup group(writer);
  for (FoldInput& input : inputs) regroup_thin(input, group);
  group.flush();
  for (FoldInput& input : inputs) copy_frames(input, writer);
  for (FoldInput& input : inputs) writer.add_sorted(std::make_unique<KeptObjects>(std::move(input)));
}

}  // namespace vstore
