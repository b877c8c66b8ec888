// cli/change_contents.h - the bytes on both sides of a change: from the store, or from a file of the
// workspace if the store does not have them yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vstore/history.h"
#include "vstore/linediff.h"
#include "vstore/store.h"

namespace vstore::cli {

/// One side of a change, as far as it can be shown as lines.
struct SideText {
  enum class Form { absent, text, binary, too_large };
  Form form = Form::absent;
  std::string text;  ///< empty unless `form` is text

  bool is_text() const { return form == Form::absent || form == Form::text; }
};

/// Belongs to one thread.
class ChangeContents {
 public:
  /// `files_root`: the workspace's root if the after sides may be files there; else empty.
  explicit ChangeContents(Snapshot snapshot, std::string files_root = {})
      : snapshot_(std::move(snapshot)), files_root_(std::move(files_root)) {}

  SideText before(const Change& change, std::uint64_t bytes_max) const;
  SideText after(const Change& change, std::uint64_t bytes_max) const;
  /// Bytes of the after side in chunks that the before side has too; nullopt if a side is missing or not
  /// in the store. Reads no contents.
  std::optional<std::uint64_t> shared_bytes(const Change& change) const;

  /// How many lines were added and removed, whatever the size; nullopt if a side is not text, or a single stretch that
  /// differs is too large to compare. Costs what differs, but for files that the store does not have yet.
  std::optional<LineCounts> line_changes(const Change& change, const LineDiffOptions& options) const;
  /// changed_bytes() of the change, also for a file that is only on disk.
  std::uint64_t changed_bytes(const Change& change) const;

  /// visit_line_stretches() of the two sides; false too if one of them is not in the store.
  bool visit_stretches(const Change& change, unsigned context,
                       const std::function<void(const LineStretch&)>& visit) const;

  /// True if the before side is in the store and its beginning looks binary. Reads no more than that.
  bool binary_before(const Change& change) const;

  const Snapshot& snapshot() const { return snapshot_; }

 private:
  bool is_stored(const Entry& entry) const { return files_root_.empty() || snapshot_.find(entry.id); }
  SideText load(const Entry& entry, const std::string& path, std::uint64_t bytes_max) const;
  SideText load_stored(const Entry& entry) const;
  SideText load_file(const Entry& entry, const std::string& path, std::uint64_t bytes_max) const;

  Snapshot snapshot_;
  std::string files_root_;
};

}  // namespace vstore::cli
