// How bytes become an id: docs/format/ids.md.
//
// Invariants
//  1. A chunk's id is plain BLAKE3; every other type hashes under its own derive_key context, so no
//     bytes have the same id under two types.
//  2. The contexts are part of the format and never change.
//  3. Nothing hashes before `initial_states` is built: building it also fills BLAKE3's CPU-feature
//     cache, which the library itself writes without synchronisation.
#include <blake3.h>

#include <cstddef>
#include <cstring>
#include <new>

#include "base/check.h"
#include "vstore/id.h"

namespace vstore {
namespace {

/// BLAKE3 states ready to absorb an object, one for each type. Deriving a key costs a few
/// compressions; copying a state is a short memcpy.
struct InitialStates {
  static constexpr std::size_t count = 8;
  blake3_hasher by_type[count];

  InitialStates() noexcept {
    static constexpr const char* contexts[count] = {
        nullptr,
        nullptr,
        "vstore 2026-11-21 list node",
        "vstore 2026-11-21 tree node",
        "vstore 2026-11-21 commit",
        "vstore 2026-11-21 tag",
        "vstore 2026-11-21 operation",
        "vstore 2026-11-21 dead bitmap",
    };
    for (std::size_t i = 0; i < count; ++i) {
      if (contexts[i]) {
        blake3_hasher_init_derive_key(&by_type[i], contexts[i]);
      } else {
        blake3_hasher_init(&by_type[i]);
      }
    }
  }
};

const blake3_hasher& initial_state(ObjectType type) noexcept {
  static const InitialStates states;
  const auto i = static_cast<std::size_t>(type);
  VSTORE_CHECK(i >= 1 && i < InitialStates::count);
  return states.by_type[i];
}

/// Copies a state that has absorbed nothing: its stack of chaining values is empty and need not be
/// copied.
void start(blake3_hasher* hasher, ObjectType type) noexcept {
  static_assert(offsetof(blake3_hasher, cv_stack_len) < offsetof(blake3_hasher, cv_stack));
  std::memcpy(static_cast<void*>(hasher), &initial_state(type), offsetof(blake3_hasher, cv_stack));
}

blake3_hasher* hasher_in(unsigned char* storage) noexcept {
  return std::launder(reinterpret_cast<blake3_hasher*>(storage));
}
const blake3_hasher* hasher_in(const unsigned char* storage) noexcept {
  return std::launder(reinterpret_cast<const blake3_hasher*>(storage));
}

}  // namespace

Id hash_object(ObjectType type, ByteView bytes) noexcept {
  blake3_hasher hasher;
  start(&hasher, type);
  blake3_hasher_update(&hasher, bytes.data(), bytes.size());
  Id id;
  blake3_hasher_finalize(&hasher, id.bytes.data(), id.bytes.size());
  return id;
}

Hasher::Hasher() {
  static_assert(sizeof(blake3_hasher) <= sizeof state_ && alignof(blake3_hasher) <= 64);
  start(new (state_) blake3_hasher, ObjectType::chunk);
}

Hasher::~Hasher() = default;

void Hasher::update(ByteView bytes) noexcept {
  blake3_hasher_update(hasher_in(state_), bytes.data(), bytes.size());
}

Id Hasher::finish() const noexcept {
  Id id;
  blake3_hasher_finalize(hasher_in(state_), id.bytes.data(), id.bytes.size());
  return id;
}

}  // namespace vstore
