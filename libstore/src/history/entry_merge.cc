#include "history/entry_merge.h"

#include "history/whole_file.h"
#include "vstore/linediff.h"

namespace vstore {
namespace {

bool is_regular(const std::optional<Entry>& entry) {
  return entry && (entry->kind == Kind::file || entry->kind == Kind::executable);
}

/// One value of three: who changed it wins; `ours` if both did, which can only be without a base.
template <class T>
T choose(const T& base, const T& ours, const T& theirs) {
  return ours == base ? theirs : ours;
}

class EntryMerger {
 public:
  EntryMerger(const ObjectReader& reader, ObjectWriter& writer, const MergeItem& item, const MergeOptions& options,
              unsigned depth)
      : reader_(reader), writer_(writer), item_(item), options_(options), depth_(depth) {
    if (options.favor && depth == 0) favor_ = options.favor(item.key);
  }

  EntryMerge run() {
    if (!item_.ours || !item_.theirs) return one_deleted();
    if (!is_regular(item_.ours) || !is_regular(item_.theirs)) return unlike();
    const Kind kind = merged_kind();
    if (item_.ours->id == item_.theirs->id) return {Entry{kind, item_.ours->size, item_.ours->id}, {}, {}, false};
    if (item_.base && item_.base->id == item_.theirs->id) return {Entry{kind, item_.ours->size, item_.ours->id}, {}, {}, false};
    if (item_.base && item_.base->id == item_.ours->id) return {Entry{kind, item_.theirs->size, item_.theirs->id}, {}, {}, false};
    return both_changed(kind);
  }

 private:
  EntryMerge one_deleted() const {
    if (depth_ > 0) return {item_.base, {}, {}, false};
    return {item_.ours ? item_.ours : item_.theirs, {}, item_.ours ? ConflictReason::deleted_by_them : ConflictReason::deleted_by_us,
            false};
  }

  /// Symlinks, or a symlink against a file.
  EntryMerge unlike() const {
    if (item_.base == item_.theirs) return {item_.ours, {}, {}, false};
    if (item_.base == item_.ours) return {item_.theirs, {}, {}, false};
    return kept_both(ConflictReason::kind);
  }

  EntryMerge kept_both(ConflictReason reason) const {
    if (depth_ > 0) return {item_.base, {}, {}, false};
    if (favor_ == Favor::ours) return {item_.ours, {}, {}, false};
    if (favor_ == Favor::theirs) return {item_.theirs, {}, {}, false};
    return {item_.ours, item_.theirs, reason, false};
  }

  Kind merged_kind() const {
    if (is_regular(item_.base)) return choose(item_.base->kind, item_.ours->kind, item_.theirs->kind);
    return item_.ours->kind;
  }

  EntryMerge both_changed(Kind kind) {
    const auto too_large = [&](const std::optional<Entry>& e) { return is_regular(e) && e->size > options_.text_bytes_max; };
    if (too_large(item_.base) || too_large(item_.ours) || too_large(item_.theirs)) return kept_both(ConflictReason::binary);
    const std::string base = is_regular(item_.base) ? read_whole(reader_, item_.base->id) : std::string();
    const std::string ours = read_whole(reader_, item_.ours->id);
    const std::string theirs = read_whole(reader_, item_.theirs->id);
    if (looks_binary(base) || looks_binary(ours) || looks_binary(theirs)) return kept_both(ConflictReason::binary);
    const TextMerge merged = merge_texts(base, ours, theirs, text_options());
    EntryMerge result;
    result.merged_text = true;
    result.file = Entry{kind, merged.text.size(), write_whole(reader_, writer_, merged.text, &item_.ours->id)};
    if (merged.conflicts > 0 && depth_ == 0) {
      result.reason = item_.base ? ConflictReason::content : ConflictReason::added_by_both;
    }
    return result;
  }

  TextMergeOptions text_options() const {
    TextMergeOptions text;
    text.style = options_.style;
    text.favor = favor_;
    text.ours_label = options_.ours_label;
    text.base_label = options_.base_label;
    text.theirs_label = options_.theirs_label;
    text.marker_size += 2 * depth_;
    return text;
  }

  const ObjectReader& reader_;
  ObjectWriter& writer_;
  const MergeItem& item_;
  const MergeOptions& options_;
  const unsigned depth_;
  Favor favor_ = Favor::none;
};

}  // namespace

EntryMerge merge_entries(const ObjectReader& reader, ObjectWriter& writer, const MergeItem& item,
                         const MergeOptions& options, unsigned depth) {
  return EntryMerger(reader, writer, item, options, depth).run();
}

}  // namespace vstore
