#include "pack/decode_buffer.h"

#include <algorithm>
#include <mutex>
#include <vector>

namespace vstore {
namespace {

constexpr std::size_t large_min = 1u << 20;
constexpr std::size_t spares_max = 2;
/// Sizes are rounded up, so that frames of about the same size can use each other's; what is not written to
/// costs nothing.
constexpr std::size_t granule = 4u << 20;

struct Buffer {
  std::unique_ptr<std::uint8_t[]> bytes;
  std::size_t size;
};

class Spares {
 public:
  Buffer take(std::size_t size) {
    {
      std::lock_guard lock(mutex_);
      const auto fits = std::ranges::find_if(
          spares_, [&](const Buffer& spare) { return spare.size >= size && spare.size / 4 <= size; });
      if (fits != spares_.end()) {
        Buffer found = std::move(*fits);
        spares_.erase(fits);
        return found;
      }
    }
    return {std::make_unique_for_overwrite<std::uint8_t[]>(size), size};
  }

  void give(Buffer buffer) noexcept {
    std::lock_guard lock(mutex_);
    if (spares_.size() < spares_max)
      spares_.push_back(std::move(buffer));  // within the capacity
    else
      std::swap(spares_.front(), buffer);
  }

  Spares() { spares_.reserve(spares_max); }

 private:
  std::mutex mutex_;
  std::vector<Buffer> spares_;
};

/// Never destroyed: buffers may come back while the process ends.
Spares& spares() {
  static Spares* const instance = new Spares;
  return *instance;
}

}  // namespace

std::shared_ptr<std::uint8_t[]> decode_buffer(std::size_t size) {
  if (size < large_min) return std::make_shared_for_overwrite<std::uint8_t[]>(size);
  Buffer buffer = spares().take((size + granule - 1) / granule * granule);
  const std::size_t whole = buffer.size;
  return {buffer.bytes.release(), [whole](std::uint8_t* bytes) {
            spares().give({std::unique_ptr<std::uint8_t[]>(bytes), whole});
          }};
}

}  // namespace vstore
