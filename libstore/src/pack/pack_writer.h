// pack/pack_writer.h - writes one pack file: frames, frame table, index, footer.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "os/fs.h"
#include "pack/frame.h"
#include "pack/sorted_objects.h"

namespace vstore {

/// 16 random bytes; a pack's file name is their 32 hex digits plus ".pack" (protocol.md rule 1).
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

/// Creates a temporary file and locks it: it belongs to its maker as long as it is open. A collector may take the
/// lock in between and unlink the file, so it counts only if it is still there once it is locked.
std::unique_ptr<os::File> create_locked(os::Fs& fs, const std::string& path);

/// Appends frames to a temporary file. Thread-safe; finish() and what follows it belong to one thread.
/// The destructor unlinks what was not finished and moved. The file is held by its writer's lock while it
/// lives (protocol.md rule 2).
class PackWriter {
 public:
  /// Creates and locks `directory`/<name>.pack.
  PackWriter(os::Fs& fs, const std::string& directory, const PackName& name);
  ~PackWriter();
  PackWriter(const PackWriter&) = delete;

  /// Appends; the frame's objects get their places in the index. Of several copies of one object the
  /// first plain and the first based one are indexed. Throws `io`; after that the writer is good only
  /// for destruction.
  void append(EncodedFrame&& frame);

  /// Appends a frame copied from another pack as it is, its checksum already verified; returns its
  /// number here. Its objects are indexed by a stream handed to add_sorted().
  std::uint32_t append_copied(Codec codec, FrameClass frame_class, std::uint32_t raw_size,
                              const std::optional<Id>& base, ByteView stored);
  /// Index entries for copied frames, read by finish(). read_back() and locate() do not see them.
  void add_sorted(std::unique_ptr<SortedObjects> objects);

  std::uint64_t bytes_written() const;
  /// Objects appended, repeats included; those of add_sorted() are not counted.
  std::uint64_t object_count() const;

  /// Reads an object back that was appended here (frames written, not yet finished); nullopt if the id
  /// is not in this pack, `damaged` if it is with another type. The base of a based frame is taken from
  /// this pack, else from `read_base`; without either it is `damaged`.
  using ReadBase = std::function<Blob(const Id& base, ObjectType type)>;
  std::optional<Blob> read_back(const Id& id, ObjectType type, const ReadBase& read_base = {}) const;
  /// The base an object's frame names, if any; nullopt if not in this pack.
  struct Located {
    ObjectType type;
    std::uint32_t size;
    std::optional<Id> base;
  };
  std::optional<Located> locate(const Id& id) const;

  /// Copies of all frames appended so far, as long as none has left the buffer; nullopt once the pack is larger
  /// than that, or has copied frames.
  std::optional<std::vector<EncodedFrame>> buffered_frames() const;

  /// Writes frame table, index and footer; `root_blob` (may be empty) travels before the footer. Reads
  /// back and checks header, table, index, root, footer and a sample of the frames (all of them in a
  /// pack of up to 4 MiB; docs/adr/0021-pack-read-back.md), fdatasyncs. No append afterwards.
  PackSummary finish(ByteView root_blob);

  /// Renames the finished file into `directory` (no replace). The caller syncs the directory.
  void move_into(const std::string& directory);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vstore
