// 1. Nothing here is believed: every object that comes out of it is hashed.
// 2. The frame table's entries follow each other without a gap, from byte 32 to the table itself. So the
// table can be
//    found without the footer, and a single bad entry lies between its neighbours.
#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_getFrameHeader
#include "store/salvage_layout.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "base/coding.h"
#include "pack/format.h"
#include "vstore/error.h"

namespace vstore {
namespace {

using namespace pack_format;

/// Where the sections begin; the index may be unknown.
struct Sections {
  std::uint64_t table = 0;
  std::uint32_t frame_count = 0;
  std::uint32_t base_count = 0;
  unsigned fanout_bits = 0;
  std::uint64_t object_count = 0;

  std::uint64_t bases() const { return table + std::uint64_t{frame_count} * frame_entry_size; }
  std::uint64_t index() const { return bases() + std::uint64_t{base_count} * base_size; }
  std::uint64_t prefixes() const { return index() + ((1ull << fanout_bits) + 1) * fanout_entry_size; }
  std::uint64_t records() const { return prefixes() + object_count * prefix_size; }
};

/// Up to `size` bytes; fewer at the end, none where the disk fails. `size` may be any nonsense.
Bytes read(const os::File& file, std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t left = file.size() - std::min(file.size(), offset);
  Bytes bytes(static_cast<std::size_t>(std::min(size, left)));
  try {
    bytes.resize(file.pread_some(offset, bytes));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io) throw;
    bytes.clear();
  }
  return bytes;
}

std::optional<Sections> by_footer(const os::File& file) {
  if (file.size() < header_size + footer_size) return std::nullopt;
  try {
    const Footer f =
        decode_footer(read(file, file.size() - footer_size, footer_size), file.size(), file.path());
    return Sections{f.table_offset(), f.frame_count, f.base_count, f.fanout_bits, f.object_count};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return std::nullopt;
  }
}

/// Follows entries from `table` on: their number, if they lead from byte 32 back to `table`.
std::optional<Sections> chain_at(const os::File& file, std::uint64_t table) {
  Sections found{table, 0, 0, 0, 0};
  std::uint64_t expected = header_size;
  for (;;) {
    const Bytes entry = read(file, found.bases(), frame_entry_size);
    if (entry.size() < frame_entry_size || load_u64(entry.data()) != expected) return std::nullopt;
    expected += load_u32(entry.data() + 8);
    found.base_count = std::max(found.base_count, load_u32(entry.data() + 28));
    ++found.frame_count;
    if (expected == table) return found;
    if (expected > table) return std::nullopt;
  }
}

/// The number of objects is the fan-out's last entry; the number of its bits the one that makes it ascend.
void find_index(const os::File& file, Sections& s) {
  for (unsigned bits = 0; bits <= fanout_bits_max; ++bits) {
    const std::uint64_t entries = (1ull << bits) + 1;
    if (s.index() + entries * fanout_entry_size > file.size()) return;
    const Bytes fanout = read(file, s.index(), entries * fanout_entry_size);
    if (fanout.size() < entries * fanout_entry_size || load_u32(fanout.data()) != 0) return;
    std::uint32_t last = 0;
    bool ascends = true;
    for (std::size_t i = 0; i < entries && ascends; ++i) {
      const std::uint32_t n = load_u32(fanout.data() + i * fanout_entry_size);
      ascends = n >= last;
      last = n;
    }
    Sections tried = s;
    tried.fanout_bits = bits;
    tried.object_count = last;
    if (!ascends || last == 0 || tried.records() + last * record_size > file.size()) continue;
    if (fanout_bits_for(last) <= bits) return void(s = tried);
  }
}

std::optional<Sections> by_shape(const os::File& file) {
  constexpr std::size_t window = 1u << 20;
  constexpr std::uint8_t first_offset[8] = {header_size, 0, 0, 0, 0, 0, 0, 0};
  for (std::uint64_t at = header_size; at < file.size(); at += window) {
    const Bytes bytes = read(file, at, window + 7);
    for (auto it = bytes.begin();; ++it) {
      it = std::search(it, bytes.end(), std::begin(first_offset), std::end(first_offset));
      if (it == bytes.end()) break;
      auto found = chain_at(file, at + static_cast<std::uint64_t>(it - bytes.begin()));
      if (!found) continue;
      find_index(file, *found);
      return found;
    }
  }
  return std::nullopt;
}

/// Frames that say themselves how long they are, from the front. Their bases are not known.
std::vector<FrameInfo> walk_frames(const os::File& file) {
  std::vector<FrameInfo> frames;
  for (std::uint64_t at = header_size; at < file.size();) {
    const Bytes bytes = read(file, at, frame_raw_max);
    ZSTD_frameHeader header;
    if (ZSTD_getFrameHeader(&header, bytes.data(), bytes.size()) != 0) break;
    const std::size_t stored = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
    if (ZSTD_isError(stored) || header.frameContentSize > frame_raw_max) break;
    for (const FrameClass frame_class : {FrameClass::data, FrameClass::meta}) {
      frames.push_back({Codec::zstd, frame_class, at, static_cast<std::uint32_t>(stored),
                        static_cast<std::uint32_t>(header.frameContentSize), 0, std::nullopt});
    }
    at += stored;
  }
  return frames;
}

std::optional<FrameEntry> try_entry(const Bytes& table, std::size_t i, const Sections& s) {
  try {
    return decode_frame_entry(table.data() + i * frame_entry_size, s.table, s.base_count, "");
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return std::nullopt;
  }
}

FrameInfo to_info(const FrameEntry& e, const Bytes& bases) {
  FrameInfo info{e.codec, e.frame_class, e.offset, e.stored_size, e.raw_size, e.checksum, std::nullopt};
  if (e.base != 0 && e.base * base_size <= bases.size()) {
    info.base.emplace();
    std::memcpy(info.base->bytes.data(), bases.data() + (e.base - 1) * base_size, base_size);
  }
  return info;
}

/// The places that a table gives its frames, one bad entry at a time.
class Places {
 public:
  Places(const Bytes& table, std::uint64_t table_at) : table_(table), end_(table_at) {}

  std::size_t count() const { return table_.size() / frame_entry_size; }

  /// Where frame `i`, which begins at `at`, ends: by its own size if the next frame agrees, or the one after
  /// that; else where the next one begins.
  std::uint64_t end_of(std::size_t i, std::uint64_t at) const {
    const std::uint64_t own = at + stored(i);
    const bool agrees = own == offset(i + 1) || (i + 1 < count() && own + stored(i + 1) == offset(i + 2));
    if (agrees || offset(i + 1) < at || offset(i + 1) - at > 2 * frame_raw_max) return std::min(own, end_);
    return std::min(offset(i + 1), end_);
  }

 private:
  std::uint64_t offset(std::size_t i) const {
    return i < count() ? load_u64(table_.data() + i * frame_entry_size) : end_;
  }
  std::uint32_t stored(std::size_t i) const { return load_u32(table_.data() + i * frame_entry_size + 8); }

  const Bytes& table_;
  std::uint64_t end_;
};

/// What is left of an entry that makes no sense: its place. The rest is made up later.
FrameInfo place_only(std::uint64_t at, std::uint64_t end) {
  const auto stored = static_cast<std::uint32_t>(std::min<std::uint64_t>(end - at, 2 * frame_raw_max));
  return {Codec::zstd, FrameClass::data, at, stored, 0, 0, std::nullopt};
}

std::vector<FrameInfo> read_frames(const os::File& file, const Sections& s) {
  Bytes table = read(file, s.table, std::uint64_t{s.frame_count} * frame_entry_size);
  const Bytes original = table;
  const Bytes bases = read(file, s.bases(), std::uint64_t{s.base_count} * base_size);
  const Places places(original, s.table);
  std::vector<FrameInfo> frames;
  std::uint64_t at = header_size;
  for (std::size_t i = 0; i < places.count(); ++i) {
    const std::uint64_t end = std::max(at, places.end_of(i, at));
    store_u64(table.data() + i * frame_entry_size, at);
    store_u32(table.data() + i * frame_entry_size + 8, static_cast<std::uint32_t>(end - at));
    const auto sound = try_entry(table, i, s);
    frames.push_back(sound ? to_info(*sound, bases) : place_only(at, end));
    at = end;
  }
  return frames;
}

/// A zstd frame says its own size; other bytes are their own.
void mend_frames(const os::File& file, SalvageLayout& layout) {
  for (FrameInfo& frame : layout.frames) {
    const Bytes start =
        read(file, frame.offset, std::min<std::uint32_t>(frame.stored_size, ZSTD_FRAMEHEADERSIZE_MAX));
    ZSTD_frameHeader header;
    const bool is_zstd = start.size() > 4 && ZSTD_getFrameHeader(&header, start.data(), start.size()) == 0 &&
                         header.frameType == ZSTD_frame && header.frameContentSize <= frame_raw_max;
    if (frame.codec == Codec::raw && frame.raw_size == frame.stored_size) continue;
    frame.codec = is_zstd ? Codec::zstd : Codec::raw;
    frame.raw_size = is_zstd ? static_cast<std::uint32_t>(header.frameContentSize) : frame.stored_size;
  }
}

std::vector<SalvageClaim> read_claims(const os::File& file, const Sections& s, std::size_t frame_count) {
  const Bytes prefixes = read(file, s.prefixes(), s.object_count * prefix_size);
  const Bytes records = read(file, s.records(), s.object_count * record_size);
  std::vector<SalvageClaim> claims;
  for (std::size_t i = 0; (i + 1) * record_size <= records.size(); ++i) {
    const std::uint8_t* p = records.data() + i * record_size;
    const std::uint32_t word = load_u32(p + 32);
    const std::uint32_t type = word >> record_type_shift & record_type_mask;
    SalvageClaim claim;
    claim.at = {load_u32(p + 24), load_u32(p + 28), word & record_size_mask, static_cast<ObjectType>(type)};
    if (type < 1 || type > 7 || claim.at.frame >= frame_count) continue;
    std::memcpy(claim.suffix.data(), p, claim.suffix.size());
    claim.prefix = load_u64(prefixes.data() + i * prefix_size);
    claims.push_back(claim);
  }
  std::ranges::sort(claims, {}, [](const SalvageClaim& c) { return std::pair(c.at.frame, c.at.offset); });
  return claims;
}

}  // namespace

SalvageLayout salvage_layout(const os::File& file) {
  auto sections = by_footer(file);
  if (!sections) sections = by_shape(file);
  if (!sections) return {walk_frames(file), {}};
  SalvageLayout layout;
  layout.frames = read_frames(file, *sections);
  layout.claims = read_claims(file, *sections, layout.frames.size());
  mend_frames(file, layout);
  return layout;
}

}  // namespace vstore
