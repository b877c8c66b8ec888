// store/salvage_layout.h - the sections of a pack that may be damaged: what can be made of its footer, its
// table of frames and its index.
#pragma once

#include <memory>
#include <vector>

#include "os/fs.h"
#include "pack/pack_reader.h"

namespace vstore {

/// A place in the index that claims an object; true or not, its bytes tell.
struct SalvageClaim {
  Location at;
  std::uint64_t prefix = 0;               ///< of the id, by the array of prefixes
  std::array<std::uint8_t, 24> suffix{};  ///< of the id, by the record
};

struct SalvageLayout {
  std::vector<FrameInfo> frames;
  std::vector<SalvageClaim> claims;  ///< by frame and offset
};

/// By the footer if it is sound; else the table is found by its shape (its entries add up to its own place);
/// else the frames that can be walked from the front. Entries that make no sense are mended from their
/// neighbours or left out.
SalvageLayout salvage_layout(const os::File& file);

}  // namespace vstore
