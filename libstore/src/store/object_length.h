// store/object_length.h - where does an object end that begins here? For frames whose index is lost.
#pragma once

#include <optional>

#include "vstore/bytes.h"
#include "vstore/id.h"

namespace vstore {

struct FoundObject {
  ObjectType type;
  std::size_t size;
};

/// The metadata object that `bytes` begin with: all formats but a chunk's and a bitmap's tell their length.
/// nullopt if there is none, or it is not sound.
std::optional<FoundObject> object_at(ByteView bytes);

}  // namespace vstore
