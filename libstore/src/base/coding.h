// base/coding.h - the one place for byte order and varints: fixed-width little-endian integers and
// LEB128 varints. Every reader takes a limit (the view it was given) and throws Error(damaged) past it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "vstore/bytes.h"
#include "vstore/error.h"
#include "vstore/id.h"

namespace vstore {

inline std::uint16_t load_u16(const std::uint8_t* p) noexcept {
  return static_cast<std::uint16_t>(p[0] | p[1] << 8);
}
inline std::uint32_t load_u32(const std::uint8_t* p) noexcept {
  return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
         static_cast<std::uint32_t>(p[2]) << 16 | static_cast<std::uint32_t>(p[3]) << 24;
}
inline std::uint64_t load_u64(const std::uint8_t* p) noexcept {
  return load_u32(p) | static_cast<std::uint64_t>(load_u32(p + 4)) << 32;
}
inline std::uint64_t load_u64be(const std::uint8_t* p) noexcept {
  return __builtin_bswap64(load_u64(p));
}
inline void store_u32(std::uint8_t* p, std::uint32_t v) noexcept {
  for (int i = 0; i < 4; ++i) p[i] = static_cast<std::uint8_t>(v >> (8 * i));
}
inline void store_u64(std::uint8_t* p, std::uint64_t v) noexcept {
  for (int i = 0; i < 8; ++i) p[i] = static_cast<std::uint8_t>(v >> (8 * i));
}

inline void put_u8(Bytes& out, std::uint8_t v) { out.push_back(v); }
inline void put_u16(Bytes& out, std::uint16_t v) {
  out.push_back(static_cast<std::uint8_t>(v));
  out.push_back(static_cast<std::uint8_t>(v >> 8));
}
inline void put_u32(Bytes& out, std::uint32_t v) {
  std::uint8_t b[4];
  store_u32(b, v);
  out.insert(out.end(), b, b + 4);
}
inline void put_u64(Bytes& out, std::uint64_t v) {
  std::uint8_t b[8];
  store_u64(b, v);
  out.insert(out.end(), b, b + 8);
}
inline void put_varint(Bytes& out, std::uint64_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(v | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(v));
}
inline void put_bytes(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
inline void put_bytes(Bytes& out, std::string_view text) { put_bytes(out, as_bytes(text)); }
inline void put_id(Bytes& out, const Id& id) { out.insert(out.end(), id.bytes.begin(), id.bytes.end()); }

/// Reads from a view, front to back. `what` names the thing in errors ("tree node", "pack footer").
class Decoder {
 public:
  Decoder(ByteView bytes, const char* what) noexcept
      : at_(bytes.data()), end_(bytes.data() + bytes.size()), what_(what) {}

  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  bool done() const noexcept { return at_ == end_; }

  std::uint8_t u8() { return *take(1); }
  std::uint16_t u16() { return load_u16(take(2)); }
  std::uint32_t u32() { return load_u32(take(4)); }
  std::uint64_t u64() { return load_u64(take(8)); }
  /// LEB128, at most 10 bytes, shortest form demanded.
  std::uint64_t varint() {
    if (at_ != end_ && *at_ < 0x80) return *at_++;  // most are short
    std::uint64_t v = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t b = *take(1);
      if (shift == 63 && b > 1) fail("a number is too large");
      v |= static_cast<std::uint64_t>(b & 0x7f) << shift;
      if (!(b & 0x80)) {
        if (b == 0 && shift != 0) fail("a number is not in its shortest form");
        return v;
      }
    }
  }
  /// A varint that counts things of at least `each` bytes still to come: checked against what is left
  /// before anybody allocates.
  std::size_t count(std::size_t each) {
    const std::uint64_t n = varint();
    if (n > left() / (each == 0 ? 1 : each)) fail("a count exceeds the bytes left");
    return static_cast<std::size_t>(n);
  }
  ByteView bytes(std::size_t n) { return {take(n), n}; }
  std::string_view text(std::size_t n) { return as_text(bytes(n)); }
  Id id() {
    Id v;
    std::memcpy(v.bytes.data(), take(32), 32);
    return v;
  }
  void expect_done() {
    if (!done()) fail("bytes follow the end");
  }
  [[noreturn]] void fail(const char* why) const {
    throw Error(ErrorCode::damaged, std::string("damaged ") + what_ + ": " + why);
  }

 private:
  const std::uint8_t* take(std::size_t n) {
    if (n > left()) fail("it ends too early");
    const std::uint8_t* p = at_;
    at_ += n;
    return p;
  }
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const char* what_;
};

}  // namespace vstore
