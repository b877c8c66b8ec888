// tests/support/sign_pack.h - a changed pack whose checksums are all in order.
#pragma once

#include <cstring>

#include "base/coding.h"
#include "pack/format.h"

namespace vstore::test {

/// Makes every hash and checksum of a changed pack fit again, as an attacker would. Leaves
/// alone what has no room for a footer and its sections.
inline void sign_pack(Bytes& pack) {
  if (pack.size() < pack_format::header_size + pack_format::footer_size) return;
  std::uint8_t* footer = pack.data() + pack.size() - pack_format::footer_size;
  const std::uint64_t frames_size = load_u64(footer + 40);
  const std::uint64_t table_size = load_u32(footer + 48) * 32ull + load_u32(footer + 52) * 32ull;
  const std::uint64_t table = pack_format::header_size + frames_size;
  const std::uint64_t root = pack.size() - pack_format::footer_size - load_u32(footer + 68);
  if (frames_size > pack.size() || table + table_size > root || root > pack.size()) return;
  const auto hash_into = [&](std::uint64_t begin, std::uint64_t end, std::size_t at) {
    const Id id = hash_object(ObjectType::chunk, {pack.data() + begin, pack.data() + end});
    std::memcpy(footer + at, id.bytes.data(), 32);
  };
  hash_into(table, table + table_size, 72);
  hash_into(table + table_size, root, 104);
  hash_into(root, pack.size() - pack_format::footer_size, 136);
  hash_into(pack.size() - pack_format::footer_size, pack.size() - 32, pack_format::footer_size - 32);
}

}  // namespace vstore::test
