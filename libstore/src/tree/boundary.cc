#include "tree/boundary.h"

#include <cstring>

#include "base/check.h"
#include "base/coding.h"
#include "vstore/id.h"

namespace vstore {

using namespace tree_format;

bool key_is_candidate(unsigned level, std::string_view key) noexcept {
  VSTORE_CHECK(key.size() <= kKeySizeMax);
  std::uint8_t salted[1 + kKeySizeMax];
  salted[0] = static_cast<std::uint8_t>(level);
  std::memcpy(salted + 1, key.data(), key.size());
  const Id hash = hash_object(ObjectType::chunk, {salted, 1 + key.size()});
  const std::uint32_t weight = key_weight(key);
  static_assert(kEntryWeight + kKeySizeMax <= kWeightMean, "the product below would overflow");
  return load_u64(hash.bytes.data()) < weight * (UINT64_MAX / kWeightMean);
}

}  // namespace vstore
