// pack/decode_buffer.h - memory to decode frames into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace vstore {

/// Uninitialised. Large buffers (of the solid tier's frames) are used again once nobody holds them, because
/// fresh pages cost the kernel longer than decoding into them: a process keeps two, 32 MiB, at most.
/// Thread-safe.
std::shared_ptr<std::uint8_t[]> decode_buffer(std::size_t size);

}  // namespace vstore
