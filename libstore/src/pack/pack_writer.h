// pack/pack_writer.h - writes one pack file: frames, frame table, index, footer.
#pragma once

#include <memory>
#include <string>

#include "os/fs.h"
#include "pack/frame.h"

namespace vstore {

/// 16 random bytes; a pack's file name is their 32 hex digits plus ".pack" (PROTOCOL rule 1).
struct PackName {
  std::array<std::uint8_t, 16> bytes{};
  std::string hex() const;
  static std::optional<PackName> from_hex(std::string_view text);
  static PackName random(os::Fs& fs);
  friend auto operator<=>(const PackName&, const PackName&) = default;
};

/// What the root records about a finished pack.
struct PackSummary {
  PackName name;
  std::uint64_t file_size = 0;
  std::uint64_t object_count = 0;
  Id footer_hash;  ///< BLAKE3 of the footer, which holds the hashes of table and index
};

/// Appends frames to a temporary file. Thread-safe. The destructor unlinks what was not finished and
/// moved. The file is held by its writer's lock while it lives (PROTOCOL rule 2).
class PackWriter {
 public:
  /// Creates `directory`/<name>.pack.
  PackWriter(os::Fs& fs, const std::string& directory, const PackName& name);
  ~PackWriter();

  /// Appends; the frame's objects get their places in the index. Throws `io`.
  void append(EncodedFrame&& frame);
  /// Appends a frame copied from another pack as it is (fold).
  std::uint64_t bytes_written() const;
  std::uint64_t object_count() const;

  /// Reads an object back that was appended here (frames written, not yet finished); nullopt if the id
  /// is not in this pack. Thread-safe.
  std::optional<Blob> read_back(const Id& id, ObjectType type) const;
  /// The base an object's frame names, if any; nullopt if not in this pack or plain.
  struct Located { ObjectType type; std::uint32_t size; std::optional<Id> base; };
  std::optional<Located> locate(const Id& id) const;

  /// Writes frame table, index and footer; `root_blob` (may be empty) travels in the footer. Checks
  /// by reading back what was written, fdatasyncs. No append afterwards.
  PackSummary finish(ByteView root_blob);

  /// Renames the finished file into `directory` (no replace). The caller syncs the directory.
  void move_into(const std::string& directory);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vstore
