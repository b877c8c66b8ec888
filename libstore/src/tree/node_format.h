// tree/node_format.h - the constants of the tree node format, docs/format/tree.md.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vstore::tree_format {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kKeySizeMax = 4096;
inline constexpr unsigned kLevelMax = 20;

// A node is cut by the weight of its keys alone, so that values never move a boundary. With paths of
// the Linux kernel, 12 KiB of weight are 8 KiB of node (measured in docs/format/tree.md).
inline constexpr std::uint32_t kEntryWeight = 40;        ///< what an entry weighs besides its key
inline constexpr std::uint32_t kWeightMin = 6 * 1024;    ///< no cut below
inline constexpr std::uint32_t kWeightMean = 6 * 1024;   ///< mean distance from there to the cut
inline constexpr std::uint32_t kWeightMax = 48 * 1024;   ///< a cut at once
inline constexpr std::size_t kChildrenMin = 4;           ///< of an internal node that a cut ends

// What follows from these, as limits for readers.
inline constexpr std::size_t kNodeEntriesMax = kWeightMax / (kEntryWeight + 1) + 1;
inline constexpr std::size_t kNodeKeyBytesMax = kWeightMax + kKeySizeMax;

}  // namespace vstore::tree_format
