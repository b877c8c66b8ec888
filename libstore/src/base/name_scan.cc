#include "base/name_scan.h"

#include <cstdint>
#include <cstring>

namespace vstore {
namespace {

// GCC's and clang's vectors: comparisons give all ones where they hold.
constexpr std::size_t kLanes = 16;
typedef std::uint8_t Vector __attribute__((vector_size(kLanes)));
typedef std::int8_t SignedVector __attribute__((vector_size(kLanes)));

Vector load(const char* at) noexcept {
  Vector v;
  std::memcpy(&v, at, kLanes);
  return v;
}

// Of the bytes at at[0] to at[kLanes - 1]; at[kLanes] is looked at as the one behind the last.
Vector unusual(const char* at) noexcept {
  const Vector byte = load(at), next = load(at + 1);
  const auto odd = reinterpret_cast<SignedVector>(byte) <= 0;
  const auto separator = (byte == '\\') | (byte == '~');
  const auto empty_or_dot = (byte == '/') & ((next | 1) == '/');
  return reinterpret_cast<Vector>(odd | separator | empty_or_dot);
}

bool any(const Vector& v) noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, &v, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

}  // namespace

bool has_unusual_bytes(std::string_view text) noexcept {
  Vector found{};
  while (text.size() > kLanes) {
    found |= unusual(text.data());
    text.remove_prefix(kLanes);
  }
  char tail[kLanes + 1];  // filled up with bytes that are not unusual
  std::memset(tail, 'x', sizeof tail);
  std::memcpy(tail, text.data(), text.size());
  return any(found | unusual(tail));
}

}  // namespace vstore
