// Where two large texts differ, by the chunks that do.
//
// The basic idea: chunks that both sides have hold no change, so only the stretches between them are
// compared, line by line. But a stretch neither begins nor ends with a line. So before it stands the end of
// the common chunks before it, from where a line begins, and after it the common chunks go on until a line
// ends; both are the same bytes on both sides.
#include <algorithm>

#include "history/chunk_align.h"
#include "vstore/file.h"
#include "vstore/linediff.h"

namespace vstore {
namespace {

constexpr std::size_t binary_test_bytes = 8000;  // what looks_binary() looks at

/// One of the two contents.
class Side {
 public:
  Side(const ObjectReader& reader, const Id& content) : reader_(reader), file_(reader, content) {}

  bool is_binary() const {
    std::string begin(std::min<std::uint64_t>(file_.size(), binary_test_bytes), '\0');
    file_.read(0, begin.size(), reinterpret_cast<std::uint8_t*>(begin.data()));
    return looks_binary(begin);
  }

  /// False if there are more than `most`.
  bool list_chunks(std::size_t most) {
    file_.visit_chunks([&](const ChunkRef& chunk) {
      chunks.push_back(chunk);
      return chunks.size() <= most;
    });
    return chunks.size() <= most;
  }

  Blob chunk(std::size_t i) const { return reader_.read(chunks[i].id, ObjectType::chunk); }
  /// Where chunk i begins, or the file ends.
  std::uint64_t offset(std::size_t i) const { return i < chunks.size() ? chunks[i].offset : file_.size(); }

  std::vector<ChunkRef> chunks;

 private:
  const ObjectReader& reader_;
  FileReader file_;
};

/// A place in a run of common chunks.
struct Place {
  std::size_t chunk = 0;
  std::size_t offset = 0;
};

class StretchFinder {
 public:
  using Visit = std::function<void(const LineStretch&)>;
  StretchFinder(const Side& before, const Side& after, unsigned context, std::uint64_t bytes_max,
                const Visit& visit)
      : before_(before), after_(after), context_(context), bytes_max_(bytes_max), visit_(visit) {}

  bool run() {
    std::size_t before_at = 0, after_at = 0;
    for (const ChunkRun& common : align_chunks(before_.chunks, after_.chunks)) {
      if (!differing(before_at, common.before, after_at, common.after) || !pass_common(common)) return false;
      before_at = common.before + common.count;
      after_at = common.after + common.count;
    }
    if (!differing(before_at, before_.chunks.size(), after_at, after_.chunks.size())) return false;
    if (changed_) emit();
    return true;
  }

 private:
  bool fits() const { return old_.size() <= bytes_max_ && new_.size() <= bytes_max_; }

  bool differing(std::size_t before_begin, std::size_t before_end, std::size_t after_begin,
                 std::size_t after_end) {
    if (before_begin == before_end && after_begin == after_end) return true;
    if (before_.offset(before_end) - before_.offset(before_begin) > bytes_max_ ||
        after_.offset(after_end) - after_.offset(after_begin) > bytes_max_) {
      return false;
    }
    for (; before_begin < before_end; ++before_begin) old_.append(before_.chunk(before_begin).text());
    for (; after_begin < after_end; ++after_begin) new_.append(after_.chunk(after_begin).text());
    changed_ = true;
    return fits();
  }

  bool pass_common(const ChunkRun& run) {
    Place place;
    if (changed_ && !end_stretch(run, place)) return false;
    if (changed_) return true;  // not enough lines ended
    return keep_end(run, place);
  }

  /// Ends the line that is open, and `context` lines more; `place` is where the stretch ends.
  bool end_stretch(const ChunkRun& run, Place& place) {
    for (unsigned lines = context_ + 1; place.chunk < run.count;) {
      const Blob blob = before_.chunk(run.before + place.chunk);
      const std::size_t begin = place.offset;
      while (lines > 0 && place.offset < blob.text().size()) {
        const std::size_t end = blob.text().find('\n', place.offset);
        place.offset = end == std::string_view::npos ? blob.text().size() : end + 1;
        lines -= end != std::string_view::npos;
      }
      append_to_both(blob.text().substr(begin, place.offset - begin));
      if (!fits()) return false;
      if (lines == 0) return emit(), true;
      place = {place.chunk + 1, 0};
    }
    return true;
  }

  /// Keeps what the next stretch begins with: the line that is open at the end of the run, and `context`
  /// lines before it; nothing before `first`.
  bool keep_end(const ChunkRun& run, Place first) {
    unsigned lines = context_ + 1;
    std::uint64_t bytes = 0;
    for (std::size_t from = run.count; from > first.chunk && lines > 0;) {
      const Blob blob = before_.chunk(run.before + --from);
      bytes += blob.text().size();
      if (bytes > bytes_max_) return false;
      const std::size_t begin = from == first.chunk ? first.offset : 0;
      for (std::size_t end = blob.text().size(); lines > 0 && end > begin;) {
        end = blob.text().rfind('\n', end - 1);
        if (end == std::string_view::npos || end < begin) break;
        if (--lines == 0) first = {from, end + 1};
      }
    }
    if (lines == 0 || old_.empty()) begin_at(run, first);  // else it goes on from the run just before
    for (; first.chunk < run.count; first = {first.chunk + 1, 0}) {
      append_to_both(before_.chunk(run.before + first.chunk).text().substr(first.offset));
    }
    return fits();
  }

  void begin_at(const ChunkRun& run, Place place) {
    before_begin_ = before_.offset(run.before + place.chunk) + place.offset;
    after_begin_ = after_.offset(run.after + place.chunk) + place.offset;
    old_.clear();
    new_.clear();
  }

  void append_to_both(std::string_view text) {
    old_.append(text);
    new_.append(text);
  }

  void emit() {
    visit_({before_begin_, after_begin_, old_, new_});
    before_begin_ += old_.size();
    after_begin_ += new_.size();
    old_.clear();
    new_.clear();
    changed_ = false;
  }

  const Side& before_;
  const Side& after_;
  const unsigned context_;
  const std::uint64_t bytes_max_;
  const Visit& visit_;
  std::string old_, new_;  // from the beginning of a line on, what was not visited yet
  std::uint64_t before_begin_ = 0, after_begin_ = 0;
  bool changed_ = false;  // they are not the same
};

}  // namespace

bool visit_line_stretches(const ObjectReader& reader, const Id& before, const Id& after, unsigned context,
                          const std::function<void(const LineStretch&)>& visit,
                          std::uint64_t stretch_bytes_max, std::size_t chunks_max) {
  Side old_side(reader, before), new_side(reader, after);
  if (old_side.is_binary() || new_side.is_binary()) return false;
  if (!old_side.list_chunks(chunks_max) || !new_side.list_chunks(chunks_max)) return false;
  return StretchFinder(old_side, new_side, context, stretch_bytes_max, visit).run();
}

}  // namespace vstore
