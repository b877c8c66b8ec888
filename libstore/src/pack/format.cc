#include "pack/format.h"

#include <bit>
#include <cstring>

#include "base/coding.h"

namespace vstore::pack_format {
namespace {

constexpr std::size_t footer_checksum_offset = footer_size - 32;

void check_version(std::uint32_t found, const std::string& subject) {
  if (found == version) return;
  if (found > version) {
    throw Error(ErrorCode::unsupported,
                "pack '" + subject + "' has format version " + std::to_string(found) + ", newer than " +
                    std::to_string(version),
                "use a newer vstore");
  }
  fail_damaged(subject, "its version is zero");
}

/// Sizes are bounded one by one first, so that their sum cannot wrap.
void check_sections(const Footer& f, std::uint64_t file_size, const std::string& subject) {
  if (f.file_size != file_size) fail_damaged(subject, "its size is not what its footer says");
  if (f.fanout_bits > fanout_bits_max) fail_damaged(subject, "its fan-out is too large");
  if (f.frames_size > file_size || f.object_count > file_size / record_size || f.root_size > file_size)
    fail_damaged(subject, "a section is larger than the file");
  if (f.object_count > 0xffffffffull) fail_damaged(subject, "it claims too many objects");
  if (f.root_offset() + f.root_size + footer_size != file_size)
    fail_damaged(subject, "its sections do not add up to its size");
}

}  // namespace

unsigned fanout_bits_for(std::uint64_t object_count) noexcept {
  if (object_count < 8) return 0;
  const unsigned bits = static_cast<unsigned>(std::bit_width(object_count)) - 3;
  return bits < fanout_bits_max ? bits : fanout_bits_max;
}

std::uint64_t frame_checksum(ByteView stored) noexcept {
  return load_u64(hash_object(ObjectType::chunk, stored).bytes.data());
}

void fail_damaged(const std::string& subject, const std::string& why) {
  throw Error(ErrorCode::damaged, "damaged pack '" + subject + "': " + why,
              "run 'vstore fsck' to see what is affected");
}

void encode_header(const PackName& name, std::uint8_t* out) noexcept {
  std::memcpy(out, header_magic.data(), 8);
  store_u32(out + 8, version);
  store_u32(out + 12, 0);
  std::memcpy(out + 16, name.bytes.data(), 16);
}

void check_header(ByteView bytes, const PackName& name, const std::string& subject) {
  std::uint8_t expected[header_size];
  encode_header(name, expected);
  if (bytes.size() < header_size || std::memcmp(bytes.data(), expected, header_size) != 0)
    fail_damaged(subject, "its header does not belong to its footer");
}

void encode_frame_entry(const FrameEntry& entry, std::uint8_t* out) noexcept {
  store_u64(out, entry.offset);
  store_u32(out + 8, entry.stored_size);
  store_u32(out + 12, entry.raw_size);
  store_u64(out + 16, entry.checksum);
  out[24] = static_cast<std::uint8_t>(entry.codec);
  out[25] = static_cast<std::uint8_t>(entry.frame_class);
  out[26] = out[27] = 0;
  store_u32(out + 28, entry.base);
}

FrameEntry decode_frame_entry(const std::uint8_t* bytes, std::uint64_t frames_end, std::uint32_t base_count,
                              const std::string& subject) {
  FrameEntry e;
  e.offset = load_u64(bytes);
  e.stored_size = load_u32(bytes + 8);
  e.raw_size = load_u32(bytes + 12);
  e.checksum = load_u64(bytes + 16);
  e.base = load_u32(bytes + 28);
  if (e.offset < header_size || e.offset > frames_end || e.stored_size > frames_end - e.offset)
    fail_damaged(subject, "a frame lies outside the frame area");
  if (e.raw_size > frame_raw_max) fail_damaged(subject, "a frame claims too many bytes");
  if (bytes[24] > 1 || bytes[25] > 1 || bytes[26] != 0 || bytes[27] != 0)
    fail_damaged(subject, "a frame has an unknown codec or class");
  e.codec = static_cast<Codec>(bytes[24]);
  e.frame_class = static_cast<FrameClass>(bytes[25]);
  if (e.base > base_count) fail_damaged(subject, "a frame names a base that is not listed");
  if (e.codec == Codec::raw && (e.stored_size != e.raw_size || e.base != 0))
    fail_damaged(subject, "a raw frame has two sizes or a base");
  return e;
}

void encode_footer(const Footer& f, std::uint8_t* out) noexcept {
  std::memcpy(out, footer_magic.data(), 8);
  store_u32(out + 8, version);
  store_u32(out + 12, 0);
  std::memcpy(out + 16, f.name.bytes.data(), 16);
  store_u64(out + 32, f.file_size);
  store_u64(out + 40, f.frames_size);
  store_u32(out + 48, f.frame_count);
  store_u32(out + 52, f.base_count);
  store_u64(out + 56, f.object_count);
  store_u32(out + 64, f.fanout_bits);
  store_u32(out + 68, f.root_size);
  std::memcpy(out + 72, f.table_hash.bytes.data(), 32);
  std::memcpy(out + 104, f.index_hash.bytes.data(), 32);
  std::memcpy(out + 136, f.root_hash.bytes.data(), 32);
  const Id own = hash_object(ObjectType::chunk, {out, footer_checksum_offset});
  std::memcpy(out + footer_checksum_offset, own.bytes.data(), 32);
}

Footer decode_footer(ByteView bytes, std::uint64_t file_size, const std::string& subject) {
  const std::uint8_t* p = bytes.data();
  if (bytes.size() != footer_size || std::memcmp(p, footer_magic.data(), 8) != 0)
    fail_damaged(subject, "it does not end as a pack");
  const Id own = hash_object(ObjectType::chunk, bytes.first(footer_checksum_offset));
  if (std::memcmp(own.bytes.data(), p + footer_checksum_offset, 32) != 0)
    fail_damaged(subject, "its footer does not match its checksum");
  check_version(load_u32(p + 8), subject);
  Footer f;
  std::memcpy(f.name.bytes.data(), p + 16, 16);
  f.file_size = load_u64(p + 32);
  f.frames_size = load_u64(p + 40);
  f.frame_count = load_u32(p + 48);
  f.base_count = load_u32(p + 52);
  f.object_count = load_u64(p + 56);
  f.fanout_bits = load_u32(p + 64);
  f.root_size = load_u32(p + 68);
  std::memcpy(f.table_hash.bytes.data(), p + 72, 32);
  std::memcpy(f.index_hash.bytes.data(), p + 104, 32);
  std::memcpy(f.root_hash.bytes.data(), p + 136, 32);
  if (load_u32(p + 12) != 0) fail_damaged(subject, "a reserved field is not zero");
  check_sections(f, file_size, subject);
  return f;
}

}  // namespace vstore::pack_format
