#include "store/chunk_sink.h"

#include "store/transaction_impl.h"

namespace vstore {
namespace {

// Below this a frame of its own (its table entry, its base's id) costs more than a delta saves.
constexpr std::size_t based_size_min = 512;

}  // namespace

ChunkSink::ChunkSink(Transaction* transaction) : transaction_(transaction) {}

void ChunkSink::add(ByteView bytes, std::span<const std::uint32_t> lengths, std::uint64_t offset,
                    const DisplacedChunks* displaced, std::vector<ChunkRef>& out, Frames frames) {
  const std::size_t first = out.size();
  std::size_t at = 0;
  for (std::uint32_t length : lengths) {
    out.push_back({offset + at, length, hash_object(ObjectType::chunk, bytes.subspan(at, length))});
    at += length;
  }
  if (!transaction_) return;
  const std::span<const ChunkRef> fresh = std::span(out).subspan(first);
  bases_.assign(fresh.size(), std::nullopt);
  if (displaced && !displaced->empty()) displaced->align(fresh, bases_);
  at = 0;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (transaction_->impl().claim(fresh[i].id))
      store(fresh[i], bytes.subspan(at, fresh[i].size), bases_[i], frames);
    at += fresh[i].size;
  }
}

void ChunkSink::store(const ChunkRef& chunk, ByteView bytes, const std::optional<Id>& displaced,
                      Frames frames) {
  if (displaced && bytes.size() >= based_size_min && store_based(chunk, bytes, *displaced)) return;
  const std::size_t alone_min = frames == Frames::own ? frame_solo_min : shared_frame_bytes;
  if (bytes.size() >= alone_min) return store_alone(chunk, bytes);
  if (open_raw_.size() + bytes.size() > shared_frame_bytes) flush();
  open_objects_.push_back(
      {chunk.id, ObjectType::chunk, static_cast<std::uint32_t>(open_raw_.size()), chunk.size});
  open_raw_.insert(open_raw_.end(), bytes.begin(), bytes.end());
}

bool ChunkSink::store_based(const ChunkRef& chunk, ByteView bytes, const Id& displaced) {
  const auto base = transaction_->impl().plain_base_for(displaced, ObjectType::chunk);
  if (!base) return false;
  auto frame = encoder_.encode_based(bytes, FrameClass::data, {{chunk.id, ObjectType::chunk, 0, chunk.size}},
                                     base->first, base->second.bytes);
  if (!frame) return false;
  transaction_->impl().append(std::move(*frame));
  return true;
}

void ChunkSink::store_alone(const ChunkRef& chunk, ByteView bytes) {
  transaction_->impl().append(
      encoder_.encode(bytes, FrameClass::data, {{chunk.id, ObjectType::chunk, 0, chunk.size}}));
}

void ChunkSink::flush() {
  if (open_objects_.empty()) return;
  transaction_->impl().append(encoder_.encode(open_raw_, FrameClass::data, std::move(open_objects_)));
  open_objects_ = {};
  open_raw_.clear();
}

}  // namespace vstore
