// store/format.h - the names of a store's files, and the small text file that says what it is.
// docs/format/store.md is the document.
#pragma once

#include <string>
#include <string_view>

#include "object/chunker.h"
#include "pack/pack_writer.h"

namespace vstore {

/// The store format this code reads and writes. A store with a higher number is not touched.
inline constexpr unsigned store_format_version = 1;
/// No format file is larger; what lies behind is not read.
inline constexpr std::uint64_t store_format_size_max = 4096;

/// What the file `format` says. Fixed at creation.
struct StoreFormat {
  std::string store_id;  ///< 32 hex digits, random
  ChunkerParams chunking;  ///< the constants of format 1: files in other stores would get other ids
  friend bool operator==(const StoreFormat&, const StoreFormat&) = default;
};

std::string encode(const StoreFormat& format);
/// Throws `unsupported` for a newer version or other chunking constants, `damaged` for anything else that encode() would not write.
/// `subject` is the path, for messages.
StoreFormat decode_store_format(std::string_view text, const std::string& subject);

/// Where things are.
struct StorePaths {
  std::string directory;

  std::string format() const { return directory + "/format"; }
  std::string root() const { return directory + "/root"; }
  std::string lock() const { return directory + "/lock"; }
  std::string packs() const { return directory + "/packs"; }
  std::string tmp() const { return directory + "/tmp"; }
  std::string info() const { return directory + "/info"; }
  std::string pack(const PackName& name) const { return packs() + "/" + name.hex() + ".pack"; }
  std::string tmp_pack(const PackName& name) const { return tmp() + "/" + name.hex() + ".pack"; }
};

}  // namespace vstore
