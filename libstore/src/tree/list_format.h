// tree/list_format.h - the constants of the list node format, docs/format/list.md.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vstore::list_format {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr unsigned kLevelMax = 40;

inline constexpr std::size_t kEntriesMin = 2;     ///< of a node that a cut ends
inline constexpr std::size_t kEntriesMean = 224;  ///< about 8 KiB
inline constexpr std::size_t kEntriesMax = 1024;  ///< a cut at once

}  // namespace vstore::list_format
