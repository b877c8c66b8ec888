// history/whole_file.h - contents that are small enough to be held in memory, in and out of the store.
#pragma once

#include <string>
#include <string_view>

#include "vstore/object.h"

namespace vstore {

/// The bytes of a content. The caller knows that it is small.
std::string read_whole(const ObjectReader& reader, const Id& content);

/// Stores a text and returns its content id. `displaced`, or null: what it replaces.
Id write_whole(const ObjectReader& reader, ObjectWriter& writer, std::string_view text, const Id* displaced = nullptr);

}  // namespace vstore
