// vstore/bytes.h - views of bytes, and bytes that keep themselves alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vstore {

using ByteView = std::span<const std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

/// The bytes of a text, and the text of some bytes. No copy, no check of encoding.
inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Immutable bytes together with whatever owns them (a decoded frame, a memory map). Copying is
/// cheap; the bytes live as long as any copy. Safe to share between threads.
struct Blob {
  ByteView bytes;
  std::shared_ptr<const void> owner;

  static Blob copy_of(ByteView source) {
    auto own = std::make_shared<Bytes>(source.begin(), source.end());
    ByteView view(*own);
    return {view, std::move(own)};
  }
  std::string_view text() const noexcept { return as_text(bytes); }
};

}  // namespace vstore
