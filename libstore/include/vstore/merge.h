// vstore/merge.h - combining: three-way merge of texts, of snapshots and of commits.
//
// A merge of snapshots reads only what differs and costs what the two sides changed, whatever the size of the
// dataset. Paths on which both sides agree, or that only one side changed, need no look at their contents; texts
// that both changed are merged by lines, as git does; the rest are conflicts, of which both sides are kept.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/store.h"
#include "vstore/tree.h"

namespace vstore {

/// Which side wins where both changed the same lines (git's -X ours and -X theirs).
enum class Favor { none, ours, theirs };

/// `merge` shows both sides of a conflict, `diff3` also what they came from.
enum class ConflictStyle { merge, diff3 };

// ------------------------------------------------------------------------------------------- texts --

struct TextMergeOptions {
  ConflictStyle style = ConflictStyle::merge;
  Favor favor = Favor::none;
  std::string ours_label, base_label, theirs_label;  ///< after the markers; may be empty
  unsigned marker_size = 7;
};

struct TextMerge {
  std::string text;
  std::size_t conflicts = 0;  ///< stretches between markers in `text`
};

/// Merges two texts that come from `base`, line by line. Equal to `git merge-file` where that finds the same
/// shortest differences; symmetrical but for the order of the sides in conflicts.
TextMerge merge_texts(std::string_view base, std::string_view ours, std::string_view theirs,
                      const TextMergeOptions& options = {});

// --------------------------------------------------------------------------------------- snapshots --

enum class ConflictReason {
  content,            ///< both changed the same lines; the file has markers
  added_by_both,      ///< the same, without a common version
  binary,             ///< both changed what is no text (or too large for one): both are kept
  kind,               ///< a file on one side, a symlink on the other, or two symlinks: both are kept
  deleted_by_us,      ///< and changed by them: theirs is kept
  deleted_by_them,    ///< and changed by us: ours is kept
  directory_in_place, ///< a file where the other side has a directory: the file got another name
  renamed_apart,      ///< both sides renamed the file, to different names
};

struct MergeConflict {
  std::string path;        ///< where it lies now
  std::string other_path;  ///< where their version lies, if it is kept beside ours; else empty
  ConflictReason reason = ConflictReason::content;
  std::optional<Entry> base, ours, theirs;
};

struct MergeOptions {
  std::string ours_label = "HEAD", base_label = "base", theirs_label = "theirs";
  ConflictStyle style = ConflictStyle::merge;
  /// Which side wins at a path; null: none does. Applies to lines, and to binaries as a whole.
  std::function<Favor(std::string_view path)> favor;
  /// A file that one side renamed and the other changed is one file.
  bool find_renames = true;
  /// Larger files are not merged by lines.
  std::uint64_t text_bytes_max = 64u << 20;
};

struct TreeMerge {
  Id files;                              ///< the merged snapshot, conflicting files with their markers
  Id stage;                              ///< the same with ours at conflicting paths: what is not resolved
  std::vector<MergeConflict> conflicts;  ///< in path order
  std::vector<std::string> merged_texts; ///< paths whose contents were merged by lines ("Auto-merging")
  std::uint64_t nodes_read = 0;          ///< tree nodes that the comparison read

  bool clean() const { return conflicts.empty(); }
};

/// Merges two snapshots that come from `base`. New objects go to `writer`; `reader` must see them too.
TreeMerge merge_trees(const ObjectReader& reader, ObjectWriter& writer, const Id& base, const Id& ours,
                      const Id& theirs, const MergeOptions& options = {});

/// Merges two commits (which `txn` must see): with one merge base three-way, with none from the empty snapshot,
/// with several from their own merge, as git's recursive strategy does.
TreeMerge merge_commits(Transaction& txn, const Id& ours, const Id& theirs, const MergeOptions& options = {});

}  // namespace vstore
