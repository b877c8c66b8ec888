// Look-up in a pack, on the memory map.
//
// A look-up reads one fan-out entry (two words), scans the prefixes of its bucket (four to eight of them,
// about a cache line), and only on a prefix match the record. A bucket that is larger than a writer makes
// it is searched by bisection, so a hostile pack costs a logarithm and not a scan.
#include "pack/pack_reader.h"

#include <cstring>

#include "base/check.h"
#include "pack/decode_buffer.h"
#include "pack/pack_reader_state.h"

namespace vstore {
namespace {

constexpr std::uint64_t scan_max = 16;

}  // namespace

// ------------------------------------------------------------------------------------------ open --

std::shared_ptr<const PackReader> PackReader::open(os::Fs& fs, const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->map = fs.map(path);
  if (!state->map) return nullptr;
  const ByteView bytes = state->map->bytes();
  if (bytes.size() < pack_format::header_size + pack_format::footer_size) state->fail("it is too short");
  std::uint8_t header[pack_format::header_size];
  std::uint8_t footer[pack_format::footer_size];
  os::guarded(*state->map, [&] {
    std::memcpy(header, bytes.data(), sizeof header);
    std::memcpy(footer, bytes.data() + bytes.size() - sizeof footer, sizeof footer);
  });
  state->footer = pack_format::decode_footer(footer, bytes.size(), path);
  const pack_format::Footer& f = state->footer;
  pack_format::check_header(header, f.name, path);
  state->summary = {f.name, f.file_size, f.object_count, hash_object(ObjectType::chunk, footer)};
  state->begin = bytes.data();
  state->table = state->begin + f.table_offset();
  state->bases = state->table + std::uint64_t{f.frame_count} * pack_format::frame_entry_size;
  state->fanout = state->begin + f.index_offset();
  state->prefixes = state->fanout + f.fanout_size();
  state->records = state->prefixes + f.object_count * pack_format::prefix_size;
  return std::shared_ptr<const PackReader>(new PackReader(std::move(state)));
}

PackReader::PackReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PackReader::~PackReader() = default;

const std::string& PackReader::path() const { return state_->path; }
const os::MappedFile& PackReader::map() const { return *state_->map; }
const PackName& PackReader::name() const { return state_->summary.name; }
const PackSummary& PackReader::summary() const { return state_->summary; }
std::uint64_t PackReader::object_count() const { return state_->footer.object_count; }
std::uint32_t PackReader::frame_count() const { return state_->footer.frame_count; }

ByteView PackReader::root_blob() const {
  const ByteView root(state_->begin + state_->footer.root_offset(), state_->footer.root_size);
  Id found;
  os::guarded(*state_->map, [&] { found = hash_object(ObjectType::chunk, root); });
  if (found != state_->footer.root_hash) state_->fail("its root does not match its hash");
  return root;
}

// ----------------------------------------------------------------------------------------- index --

Id PackReader::State::id(std::uint64_t i) const {
  Id id;
  const std::uint64_t big_endian = __builtin_bswap64(prefix(i));
  store_u64(id.bytes.data(), big_endian);
  std::memcpy(id.bytes.data() + pack_format::prefix_size, record(i), pack_format::suffix_size);
  return id;
}

Location PackReader::State::location(std::uint64_t i) const {
  const std::uint8_t* p = record(i) + pack_format::suffix_size;
  const std::uint32_t word = load_u32(p + 8);
  const std::uint32_t type = word >> pack_format::record_type_shift & pack_format::record_type_mask;
  Location at;
  at.frame = load_u32(p);
  at.offset = load_u32(p + 4);
  at.size = word & pack_format::record_size_mask;
  at.type = static_cast<ObjectType>(type);
  at.based = (word & pack_format::record_based) != 0;
  if (type < 1 || type > 7 || (word & pack_format::record_reserved) != 0)
    fail("an index record has an unknown type");
  if (at.frame >= footer.frame_count) fail("an index record names a frame that is not there");
  return at;
}

int PackReader::State::compare(std::uint64_t i, std::uint64_t id_prefix, const Id& id) const {
  const std::uint64_t p = prefix(i);
  if (p != id_prefix) return p < id_prefix ? -1 : 1;
  return std::memcmp(record(i), id.bytes.data() + pack_format::prefix_size, pack_format::suffix_size);
}

std::uint64_t PackReader::State::lower_bound(const Id& id) const {
  const std::uint64_t id_prefix = id.prefix64();
  const std::uint64_t bucket = footer.fanout_bits == 0 ? 0 : id_prefix >> (64 - footer.fanout_bits);
  std::uint64_t low = load_u32(fanout + bucket * pack_format::fanout_entry_size);
  std::uint64_t high = load_u32(fanout + (bucket + 1) * pack_format::fanout_entry_size);
  if (low > high || high > footer.object_count) fail("its fan-out is not in order");
  while (high - low > scan_max) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (compare(middle, id_prefix, id) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  while (low < high && compare(low, id_prefix, id) < 0) ++low;
  return low;
}

std::optional<std::uint64_t> PackReader::find_position(const Id& id) const {
  std::uint64_t at = 0;
  bool found = false;
  os::guarded(*state_->map, [&] {
    at = state_->lower_bound(id);
    found = at < state_->footer.object_count && state_->compare(at, id.prefix64(), id) == 0;
  });
  return found ? std::optional(at) : std::nullopt;
}

std::optional<Location> PackReader::find(const Id& id) const {
  const std::optional<std::uint64_t> at = find_position(id);
  if (!at) return std::nullopt;
  return location_at(*at);
}

std::uint64_t PackReader::lower_bound(const Id& id) const {
  std::uint64_t at = 0;
  os::guarded(*state_->map, [&] { at = state_->lower_bound(id); });
  return at;
}

Id PackReader::id_at(std::uint64_t i) const {
  VSTORE_CHECK(i < state_->footer.object_count);
  Id id;
  os::guarded(*state_->map, [&] { id = state_->id(i); });
  return id;
}

Location PackReader::location_at(std::uint64_t i) const {
  VSTORE_CHECK(i < state_->footer.object_count);
  Location at;
  os::guarded(*state_->map, [&] { at = state_->location(i); });
  return at;
}

// ---------------------------------------------------------------------------------------- frames --

FrameInfo PackReader::State::frame(std::uint32_t index) const {
  const pack_format::FrameEntry e =
      pack_format::decode_frame_entry(table + std::uint64_t{index} * pack_format::frame_entry_size,
                                      footer.table_offset(), footer.base_count, path);
  FrameInfo info{e.codec, e.frame_class, e.offset, e.stored_size, e.raw_size, e.checksum, std::nullopt};
  if (e.base != 0) {
    info.base.emplace();
    std::memcpy(info.base->bytes.data(), bases + std::uint64_t{e.base - 1} * pack_format::base_size, 32);
  }
  return info;
}

void PackReader::State::note_read(std::uint64_t size) const {
  // Mapped pages count as resident memory until they are let go: a scan of a large pack would fill it.
  constexpr std::uint64_t resident_max = 32u << 20;
  if (read_since_release.fetch_add(size, std::memory_order_relaxed) + size < resident_max) return;
  read_since_release.store(0, std::memory_order_relaxed);
  map->release_pages();
}

FrameInfo PackReader::frame(std::uint32_t index) const {
  VSTORE_CHECK(index < state_->footer.frame_count);
  FrameInfo info;
  os::guarded(*state_->map, [&] { info = state_->frame(index); });
  return info;
}

ByteView PackReader::stored(std::uint32_t index) const {
  const FrameInfo info = frame(index);
  return {state_->begin + info.offset, info.stored_size};
}

Blob PackReader::decode(std::uint32_t index, ByteView base, const os::MappedFile* base_map) const {
  const FrameInfo info = frame(index);
  const ByteView in_place(state_->begin + info.offset, info.stored_size);
  if (info.base.has_value() != !base.empty()) state_->fail("a frame and its base do not go together");
  state_->note_read(info.stored_size);
  if (info.codec == Codec::raw) return {in_place, state_->map};
  std::shared_ptr<std::uint8_t[]> raw = decode_buffer(info.raw_size);
  const std::span<std::uint8_t> out(raw.get(), info.raw_size);
  const auto decode_it = [&] { decode_frame(info.codec, in_place, base, out); };
  try {
    os::guarded(*state_->map, [&] {
      if (base_map != nullptr)
        os::guarded(*base_map, decode_it);
      else
        decode_it();
    });
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    state_->fail("frame " + std::to_string(index) + ": " + error.what());
  }
  return {out, std::move(raw)};
}

void PackReader::verify_frame(std::uint32_t index) const {
  const FrameInfo info = frame(index);
  std::uint64_t found = 0;
  os::guarded(*state_->map, [&] {
    found = pack_format::frame_checksum({state_->begin + info.offset, info.stored_size});
  });
  if (found != info.checksum) state_->fail("frame " + std::to_string(index) + " does not match its checksum");
}

}  // namespace vstore
