// store/root.h - the root record: everything mutable hangs off it; and the slot that names it.
// docs/format/root.md has the bytes.
//
// A root is an immutable blob, named by the hash of its bytes. It travels in the footer of the pack that
// was written with it (its *carrier*) and lies beside the slot, or, when it is too large for that, in a
// second carrier (protocol.md rule 4). The blob cannot hold the carrier's own summary, since that depends on
// the blob; the slot has it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "pack/pack_writer.h"
#include "vstore/bytes.h"
#include "vstore/id.h"

namespace vstore {

using Nonce = std::array<std::uint8_t, 16>;

/// A live pack.
struct RootPack {
  PackSummary summary;
  std::optional<Id> dead;  ///< object of type bitmap: one bit per index position, lowest bit first
};

/// A pack that is no longer live, to be unlinked once both slots hold at least `generation`.
struct CondemnedPack {
  PackName name;
  std::uint64_t generation = 0;
};

struct Root {
  std::uint64_t generation = 0;
  Nonce store_id{};
  Id predecessor;                          ///< hash of the root before this one; null in generation 1
  Nonce epoch{};                           ///< the collector's; random, compared for equality only
  std::uint64_t collected = 0;             ///< generation of the last collection; 0: none yet
  Id operation;                            ///< head of the operation log
  Id horizon;                              ///< oldest retained operation; null: none has expired
  Nonce nonce{};                           ///< of this root
  PackName carrier;                        ///< live too, after those in `packs`
  std::optional<PackName> second_carrier;  ///< holds this blob and no objects
  std::vector<RootPack> packs;             ///< oldest first
  std::vector<CondemnedPack> condemned;
};

Bytes encode(const Root& root);
/// Demands canonical form: anything else is `damaged`, a newer version `unsupported`.
Root decode_root(ByteView bytes);
Id hash_root(ByteView blob) noexcept;

/// At most this many bytes of root blob lie beside a slot.
inline constexpr std::size_t slot_spacing = 64 * 1024;
inline constexpr std::size_t slot_size = 512;
inline constexpr std::size_t blob_offset = 4096;  ///< from the slot
inline constexpr std::size_t blob_beside_max = slot_spacing - blob_offset;

struct Slot {
  std::uint64_t generation = 0;
  Nonce store_id{};
  Nonce nonce{};
  Id root_hash;
  std::uint32_t root_size = 0;
  PackSummary carrier;
  std::optional<PackName> second_carrier;
};

using SlotBytes = std::array<std::uint8_t, slot_size>;
SlotBytes encode(const Slot& slot);
/// nullopt unless the bytes are a whole, sound slot. A sound slot of a newer version is `unsupported`.
std::optional<Slot> decode_slot(ByteView bytes);

/// A root together with what only its slot (or its carrier's footer) knows.
struct LoadedRoot {
  Root root;
  Id hash;
  PackSummary carrier;

  /// All live packs, oldest first, the carrier last.
  std::vector<RootPack> live() const;
};

}  // namespace vstore
