#include "store/root.h"

#include <algorithm>

#include "base/check.h"
#include "base/coding.h"

namespace vstore {
namespace {

constexpr std::array<std::uint8_t, 4> root_magic = {'v', 's', 'R', 'T'};
constexpr std::array<std::uint8_t, 4> slot_magic = {'v', 's', 'S', 'L'};
constexpr std::uint32_t root_version = 1;
constexpr std::size_t checksum_offset = slot_size - 32;
constexpr std::size_t pack_size_min = 16 + 1 + 1 + 32 + 1;
constexpr std::size_t condemned_size_min = 16 + 1;

template <std::size_t n>
std::array<std::uint8_t, n> take(Decoder& in) {
  std::array<std::uint8_t, n> out;
  std::ranges::copy(in.bytes(n), out.begin());
  return out;
}

void put_optional(Bytes& out, const std::optional<PackName>& name) {
  put_bytes(out, ByteView(name.value_or(PackName{}).bytes));
}

std::optional<PackName> take_optional(Decoder& in) {
  const PackName name{take<16>(in)};
  return name == PackName{} ? std::nullopt : std::optional(name);
}

void put_pack(Bytes& out, const RootPack& pack) {
  put_bytes(out, ByteView(pack.summary.name.bytes));
  put_varint(out, pack.summary.file_size);
  put_varint(out, pack.summary.object_count);
  put_id(out, pack.summary.footer_hash);
  put_u8(out, pack.dead ? 1 : 0);
  if (pack.dead) put_id(out, *pack.dead);
}

RootPack take_pack(Decoder& in) {
  RootPack pack;
  pack.summary.name.bytes = take<16>(in);
  pack.summary.file_size = in.varint();
  pack.summary.object_count = in.varint();
  pack.summary.footer_hash = in.id();
  const std::uint8_t flags = in.u8();
  if (flags > 1) in.fail("unknown flags of a pack");
  if (flags == 1) pack.dead = in.id();
  return pack;
}

void check_version(Decoder& in) {
  if (in.u32() == root_version) return;
  throw Error(ErrorCode::unsupported, "the store's root was written by a newer vstore", "use a newer vstore");
}

void check_names_differ(const Root& root, Decoder& in) {
  std::vector<PackName> names = {root.carrier};
  if (root.second_carrier) names.push_back(*root.second_carrier);
  for (const RootPack& pack : root.packs) names.push_back(pack.summary.name);
  for (const CondemnedPack& pack : root.condemned) names.push_back(pack.name);
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) in.fail("a pack is named twice");
}

}  // namespace

Bytes encode(const Root& root) {
  Bytes out;
  out.reserve(200 + root.packs.size() * 60 + root.condemned.size() * 20);
  put_bytes(out, ByteView(root_magic));
  put_u32(out, root_version);
  put_u64(out, root.generation);
  put_bytes(out, ByteView(root.store_id));
  put_id(out, root.predecessor);
  put_bytes(out, ByteView(root.epoch));
  put_u64(out, root.collected);
  put_id(out, root.operation);
  put_id(out, root.horizon);
  put_bytes(out, ByteView(root.nonce));
  put_bytes(out, ByteView(root.carrier.bytes));
  put_optional(out, root.second_carrier);
  put_varint(out, root.packs.size());
  for (const RootPack& pack : root.packs) put_pack(out, pack);
  put_varint(out, root.condemned.size());
  for (const CondemnedPack& pack : root.condemned) {
    put_bytes(out, ByteView(pack.name.bytes));
    put_varint(out, pack.generation);
  }
  return out;
}

Root decode_root(ByteView bytes) {
  Decoder in(bytes, "root");
  if (take<4>(in) != root_magic) in.fail("it does not begin as one");
  check_version(in);
  Root root;
  root.generation = in.u64();
  root.store_id = take<16>(in);
  root.predecessor = in.id();
  root.epoch = take<16>(in);
  root.collected = in.u64();
  root.operation = in.id();
  root.horizon = in.id();
  root.nonce = take<16>(in);
  root.carrier.bytes = take<16>(in);
  root.second_carrier = take_optional(in);
  root.packs.resize(in.count(pack_size_min));
  for (RootPack& pack : root.packs) pack = take_pack(in);
  for (std::size_t left = in.count(condemned_size_min); left > 0; --left) {
    const PackName name{take<16>(in)};
    root.condemned.push_back({name, in.varint()});
  }
  in.expect_done();
  if (root.generation == 0 || root.predecessor.is_null() != (root.generation == 1)) {
    in.fail("generation and predecessor disagree");
  }
  if (root.collected > root.generation) in.fail("it was collected in the future");
  check_names_differ(root, in);
  return root;
}

Id hash_root(ByteView blob) noexcept { return hash_object(ObjectType::chunk, blob); }

SlotBytes encode(const Slot& slot) {
  Bytes out;
  out.reserve(slot_size);
  put_bytes(out, ByteView(slot_magic));
  put_u32(out, root_version);
  put_u64(out, slot.generation);
  put_bytes(out, ByteView(slot.store_id));
  put_bytes(out, ByteView(slot.nonce));
  put_id(out, slot.root_hash);
  put_u32(out, slot.root_size);
  put_bytes(out, ByteView(slot.carrier.name.bytes));
  put_u64(out, slot.carrier.file_size);
  put_u64(out, slot.carrier.object_count);
  put_id(out, slot.carrier.footer_hash);
  put_optional(out, slot.second_carrier);
  VSTORE_CHECK(out.size() <= checksum_offset);
  out.resize(checksum_offset);
  put_id(out, hash_root(out));
  SlotBytes bytes;
  std::ranges::copy(out, bytes.begin());
  return bytes;
}

std::optional<Slot> decode_slot(ByteView bytes) {
  if (bytes.size() != slot_size) return std::nullopt;
  Decoder checksum(bytes.subspan(checksum_offset), "root slot");
  if (checksum.id() != hash_root(bytes.first(checksum_offset))) return std::nullopt;
  Decoder in(bytes.first(checksum_offset), "root slot");
  if (take<4>(in) != slot_magic) return std::nullopt;
  check_version(in);
  Slot slot;
  slot.generation = in.u64();
  slot.store_id = take<16>(in);
  slot.nonce = take<16>(in);
  slot.root_hash = in.id();
  slot.root_size = in.u32();
  slot.carrier.name.bytes = take<16>(in);
  slot.carrier.file_size = in.u64();
  slot.carrier.object_count = in.u64();
  slot.carrier.footer_hash = in.id();
  slot.second_carrier = take_optional(in);
  for (const std::uint8_t reserved : in.bytes(in.left())) {
    if (reserved != 0) return std::nullopt;
  }
  return slot;
}

std::vector<RootPack> LoadedRoot::live() const {
  std::vector<RootPack> all = root.packs;
  all.push_back({carrier, std::nullopt});
  return all;
}

}  // namespace vstore
