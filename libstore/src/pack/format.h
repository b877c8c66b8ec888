// pack/format.h - the bytes of a pack file: constants, and the fixed-size records encoded and decoded.
// The document is docs/format/pack.md; this header holds every number it names.
//
//   header | frames, back to back | frame table | index | root blob | footer
//
// Sections carry sizes, not offsets: they follow each other without a gap and must add up to the file's
// size, so they cannot overlap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "pack/frame.h"
#include "pack/pack_writer.h"
#include "vstore/bytes.h"
#include "vstore/id.h"

namespace vstore::pack_format {

inline constexpr std::array<std::uint8_t, 8> header_magic = {0x89, 'v', 's', 'P', 'K', '\r', '\n', 0x1a};
inline constexpr std::array<std::uint8_t, 8> footer_magic = {'v', 's', 'P', 'K', 'e', 'n', 'd', '\n'};
inline constexpr std::uint32_t version = 1;

inline constexpr std::size_t header_size = 32;
inline constexpr std::size_t footer_size = 200;
inline constexpr std::size_t frame_entry_size = 32;  ///< offset, stored, raw, checksum, codec, class, base
inline constexpr std::size_t base_size = 32;         ///< an id
inline constexpr std::size_t fanout_entry_size = 4;
inline constexpr std::size_t prefix_size = 8;
inline constexpr std::size_t record_size = 36;  ///< id suffix, frame, offset, size and type
inline constexpr std::size_t suffix_size = 24;

/// More fan-out bits than this are damage (2^28 entries are a gigabyte).
inline constexpr unsigned fanout_bits_max = 28;
/// Fan-out bits a writer chooses: four to eight ids a bucket, so that a bucket is about a cache line.
unsigned fanout_bits_for(std::uint64_t object_count) noexcept;

/// The last word of an index record: size in bits 0 to 24, type in 25 to 28, "lies in a based frame" in 31.
inline constexpr std::uint32_t record_size_mask = (1u << 25) - 1;
inline constexpr unsigned record_type_shift = 25;
inline constexpr std::uint32_t record_type_mask = 0xf;
inline constexpr std::uint32_t record_reserved = 3u << 29;
inline constexpr std::uint32_t record_based = 1u << 31;

/// First eight bytes, little-endian, of the BLAKE3 of a frame's stored bytes.
std::uint64_t frame_checksum(ByteView stored) noexcept;

/// The pack file `subject` is not what it must be.
[[noreturn]] void fail_damaged(const std::string& subject, const std::string& why);

void encode_header(const PackName& name, std::uint8_t* out) noexcept;
/// Demands exactly the header that goes with the footer's name and version.
void check_header(ByteView bytes, const PackName& name, const std::string& subject);

struct FrameEntry {
  std::uint64_t offset = 0;  ///< in the file
  std::uint32_t stored_size = 0;
  std::uint32_t raw_size = 0;
  std::uint64_t checksum = 0;
  Codec codec = Codec::raw;
  FrameClass frame_class = FrameClass::data;
  std::uint32_t base = 0;  ///< 0: none; n: the n-th id of the base list, counting from one
};

void encode_frame_entry(const FrameEntry& entry, std::uint8_t* out) noexcept;
/// Checks the entry against the frame area [header_size, frames_end) and the number of bases.
FrameEntry decode_frame_entry(const std::uint8_t* bytes, std::uint64_t frames_end, std::uint32_t base_count,
                              const std::string& subject);

struct Footer {
  PackName name;
  std::uint64_t file_size = 0;
  std::uint64_t frames_size = 0;  ///< bytes of all frames
  std::uint32_t frame_count = 0;
  std::uint32_t base_count = 0;
  std::uint64_t object_count = 0;
  std::uint32_t fanout_bits = 0;
  std::uint32_t root_size = 0;
  Id table_hash;  ///< plain BLAKE3 of the section, as the next two
  Id index_hash;
  Id root_hash;

  std::uint64_t table_offset() const noexcept { return header_size + frames_size; }
  std::uint64_t table_size() const noexcept {
    return std::uint64_t{frame_count} * frame_entry_size + std::uint64_t{base_count} * base_size;
  }
  std::uint64_t index_offset() const noexcept { return table_offset() + table_size(); }
  std::uint64_t fanout_size() const noexcept { return ((1ull << fanout_bits) + 1) * fanout_entry_size; }
  std::uint64_t index_size() const noexcept {
    return fanout_size() + object_count * (prefix_size + record_size);
  }
  std::uint64_t root_offset() const noexcept { return index_offset() + index_size(); }
};

void encode_footer(const Footer& footer, std::uint8_t* out) noexcept;
/// Checks magic, checksum, version, limits, and that the sections add up to `file_size`. The size, the
/// magic and the places of version and checksum are the same in every version, so `unsupported` means a
/// sound pack from the future and a rotten version field is `damaged`.
Footer decode_footer(ByteView bytes, std::uint64_t file_size, const std::string& subject);

}  // namespace vstore::pack_format
