// exchange/tar_reader.h - tar archives as a sequence of entries: ustar, pax, GNU's long names, and the old
// form.
//
// Whatever the bytes are, the reader returns entries or throws; it allocates no more than a fixed amount.
// Numbers and names are checked for their form only: what a path may be is the caller's business
// (clean_tar_path()).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vstore/import.h"

namespace vstore {

struct TarEntry {
  enum class Type { file, hard_link, symlink, directory };
  Type type = Type::file;
  std::string path;        ///< as the archive has it
  std::string target;      ///< of a link
  std::uint64_t size = 0;  ///< of a file's content
  bool executable = false;
};

/// Belongs to one thread.
class TarReader {
 public:
  explicit TarReader(ContentSource bytes) : bytes_(std::move(bytes)) {}

  /// Passes over what is left of the entry before. nullopt after the last one; then all input has been read.
  /// Throws `io` if the archive is malformed or ends early, `refused` for devices and other entries that are
  /// no content.
  std::optional<TarEntry> next();
  /// Content of the entry that next() returned last; fewer bytes are its end. Throws `io`.
  std::size_t read(std::span<std::uint8_t> out);

 private:
  static constexpr std::size_t block_bytes = 512;
  using Header = std::array<char, block_bytes>;

  bool read_header(Header& header);
  void skip_content();
  void drain();
  std::string read_text(std::uint64_t size);
  void read_records(std::uint64_t size, bool global);
  TarEntry entry_of(const Header& header, std::uint64_t size);
  void begin_content(std::uint64_t size);

  ContentSource bytes_;
  bool ended_ = false;
  std::uint64_t left_ = 0;                    // of the content
  std::uint64_t padding_ = 0;                 // after it
  std::optional<std::string> path_, target_;  // for the next entry: GNU's long names and pax records
  std::optional<std::uint64_t> size_;
};

/// Without "./", doubled and trailing slashes; empty for the top itself. Throws `refused` if it leads outside
/// or may not stand in a snapshot.
std::string clean_tar_path(std::string_view path);

}  // namespace vstore
