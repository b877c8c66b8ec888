// The full check of one pack.
#include "pack/pack_reader_state.h"

namespace vstore {
namespace {

void check_hash(const os::MappedFile& map, std::uint64_t offset, std::uint64_t size, const Id& expected,
                const std::string& path, const char* what) {
  Id found;
  const ByteView section =
      map.bytes().subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
  os::guarded(map, [&] { found = hash_object(ObjectType::chunk, section); });
  if (found != expected) pack_format::fail_damaged(path, std::string(what) + " does not match its hash");
}

/// Frames follow each other from the header to the table without a gap.
void check_tiling(const PackReader& pack, std::uint64_t frames_end) {
  std::uint64_t at = pack_format::header_size;
  for (std::uint32_t i = 0; i < pack.frame_count(); ++i) {
    const FrameInfo info = pack.frame(i);
    if (info.offset != at) pack_format::fail_damaged(pack.path(), "its frames do not follow each other");
    at += info.stored_size;
  }
  if (at != frames_end) pack_format::fail_damaged(pack.path(), "bytes lie between its frames and its table");
}

void check_record(const PackReader& pack, std::uint64_t i, const Location& at) {
  const FrameInfo info = pack.frame(at.frame);
  if (at.offset > info.raw_size || at.size > info.raw_size - at.offset)
    pack_format::fail_damaged(pack.path(), "object " + std::to_string(i) + " lies outside its frame");
  if (at.based != info.base.has_value() || frame_class_of(at.type) != info.frame_class)
    pack_format::fail_damaged(pack.path(),
                              "object " + std::to_string(i) + " lies in the wrong kind of frame");
}

/// Strictly ascending by (id, based).
void check_order(const PackReader& pack) {
  Id last_id;
  bool last_based = false;
  for (std::uint64_t i = 0; i < pack.object_count(); ++i) {
    const Id id = pack.id_at(i);
    const Location at = pack.location_at(i);
    if (i > 0 && !(last_id < id || (last_id == id && !last_based && at.based)))
      pack_format::fail_damaged(pack.path(), "its index is not in order");
    check_record(pack, i, at);
    last_id = id;
    last_based = at.based;
  }
}

}  // namespace

void PackReader::verify() const {
  verify_structure();
  for (std::uint32_t i = 0; i < frame_count(); ++i) verify_frame(i);
}

void PackReader::verify_structure() const {
  const pack_format::Footer& f = state_->footer;
  check_hash(map(), f.table_offset(), f.table_size(), f.table_hash, path(), "the frame table");
  check_hash(map(), f.index_offset(), f.index_size(), f.index_hash, path(), "the index");
  check_hash(map(), f.root_offset(), f.root_size, f.root_hash, path(), "the root");
  check_tiling(*this, f.table_offset());
  check_order(*this);
  // Every entry is found where it is: that is what the fan-out must uphold.
  for (std::uint64_t i = 0; i < f.object_count; ++i) {
    const std::optional<std::uint64_t> found = find_position(id_at(i));
    if (!found || *found > i || i - *found > 1) state_->fail("its fan-out misses an object");
  }
}

}  // namespace vstore
