// Counting changed lines of large texts by the chunks that differ.
//
// The basic idea: chunks that both sides have hold no change, so only the stretches between them are compared, line
// by line. But a stretch neither begins nor ends with a line. So before it stands the end of the last line of the
// common chunks before it, and after it the common chunks go on until their first line ends; both are the same
// bytes on both sides.
#include <algorithm>

#include "history/chunk_align.h"
#include "vstore/file.h"
#include "vstore/linediff.h"

namespace vstore {
namespace {

constexpr std::uint64_t whole_bytes_max = 512u << 20;  // git's core.bigFileThreshold
constexpr std::size_t binary_test_bytes = 8000;        // what looks_binary() looks at

/// One of the two contents.
class Side {
 public:
  Side(const ObjectReader& reader, const Id& content) : reader_(reader), file_(reader, content) {}

  bool looks_binary() const {
    std::string begin(std::min<std::uint64_t>(file_.size(), binary_test_bytes), '\0');
    file_.read(0, begin.size(), reinterpret_cast<std::uint8_t*>(begin.data()));
    return vstore::looks_binary(begin);
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
  std::uint64_t bytes(std::size_t begin, std::size_t end) const {
    std::uint64_t sum = 0;
    for (; begin < end; ++begin) sum += chunks[begin].size;
    return sum;
  }
  const FileReader& file() const { return file_; }

  std::vector<ChunkRef> chunks;

 private:
  const ObjectReader& reader_;
  FileReader file_;
};

class LineCounter {
 public:
  LineCounter(const Side& before, const Side& after, std::uint64_t stretch_bytes_max)
      : before_(before), after_(after), bytes_max_(stretch_bytes_max) {}

  std::optional<LineCounts> run() {
    std::size_t before_at = 0, after_at = 0;
    for (const ChunkRun& common : align_chunks(before_.chunks, after_.chunks)) {
      if (!differing(before_at, common.before, after_at, common.after) || !pass_common(common)) return std::nullopt;
      before_at = common.before + common.count;
      after_at = common.after + common.count;
    }
    if (!differing(before_at, before_.chunks.size(), after_at, after_.chunks.size())) return std::nullopt;
    compare();
    return counts_;
  }

 private:
  bool fits() const { return old_.size() <= bytes_max_ && new_.size() <= bytes_max_; }

  bool differing(std::size_t before_begin, std::size_t before_end, std::size_t after_begin, std::size_t after_end) {
    if (before_begin == before_end && after_begin == after_end) return true;
    if (before_.bytes(before_begin, before_end) > bytes_max_ || after_.bytes(after_begin, after_end) > bytes_max_) {
      return false;
    }
    for (; before_begin < before_end; ++before_begin) old_.append(before_.chunk(before_begin).text());
    for (; after_begin < after_end; ++after_begin) new_.append(after_.chunk(after_begin).text());
    changed_ = true;
    return fits();
  }

  /// Ends the lines that are open, and keeps the one that is open at the end of the run.
  bool pass_common(const ChunkRun& run) {
    std::size_t chunk = 0, offset = 0;  // where nothing is open any more
    while (changed_ && chunk < run.count) {
      const Blob blob = before_.chunk(run.before + chunk);
      const std::size_t end = blob.text().find('\n');
      append_to_both(blob.text().substr(0, end == std::string_view::npos ? end : end + 1));
      if (!fits()) return false;
      if (end == std::string_view::npos) {
        ++chunk;
      } else {
        compare();
        offset = end + 1;
      }
    }
    if (changed_) return true;  // not one line ended
    return keep_open_line(run, chunk, offset);
  }

  /// What follows the last line end between (chunk, offset) and the end of the run.
  bool keep_open_line(const ChunkRun& run, std::size_t chunk, std::size_t offset) {
    std::size_t from = run.count;
    std::uint64_t bytes = 0;
    while (from > chunk) {
      const Blob blob = before_.chunk(run.before + --from);
      const std::string_view text = blob.text();
      const std::size_t begin = from == chunk ? offset : 0;
      const std::size_t end = text.rfind('\n');
      bytes += text.size();
      if (bytes > bytes_max_) return false;
      if (end != std::string_view::npos && end >= begin) {
        offset = end + 1;
        chunk = from;
        old_.clear();  // of a run just before
        new_.clear();
        break;
      }
    }
    for (; chunk < run.count; ++chunk, offset = 0) {
      append_to_both(before_.chunk(run.before + chunk).text().substr(offset));
    }
    return fits();
  }

  void append_to_both(std::string_view text) {
    old_.append(text);
    new_.append(text);
  }

  void compare() {
    const LineDiff diff = diff_lines(old_, new_, 0);
    counts_.added += diff.added;
    counts_.removed += diff.removed;
    old_.clear();
    new_.clear();
    changed_ = false;
  }

  const Side& before_;
  const Side& after_;
  const std::uint64_t bytes_max_;
  std::string old_, new_;  // from the beginning of a line on, what is not compared yet
  bool changed_ = false;   // they are not the same
  LineCounts counts_;
};

/// All lines of a content that has no other side.
std::optional<std::uint64_t> count_lines(const Side& side) {
  if (side.file().size() > whole_bytes_max) return std::nullopt;
  std::uint64_t lines = 0;
  std::uint8_t last = '\n';
  side.file().visit([&](ByteView bytes) {
    lines += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    if (!bytes.empty()) last = bytes.back();
    return true;
  });
  return lines + (last != '\n');
}

}  // namespace

std::optional<LineCounts> count_line_changes(const ObjectReader& reader, const std::optional<Id>& before,
                                             const std::optional<Id>& after, std::uint64_t stretch_bytes_max,
                                             std::size_t chunks_max) {
  if (before == after) return LineCounts{};
  if (!before || !after) {
    const Side side(reader, before ? *before : *after);
    if (side.looks_binary()) return std::nullopt;
    const auto lines = count_lines(side);
    if (!lines) return std::nullopt;
    return before ? LineCounts{0, *lines} : LineCounts{*lines, 0};
  }
  Side old_side(reader, *before), new_side(reader, *after);
  if (old_side.looks_binary() || new_side.looks_binary()) return std::nullopt;
  if (!old_side.list_chunks(chunks_max) || !new_side.list_chunks(chunks_max)) return std::nullopt;
  return LineCounter(old_side, new_side, stretch_bytes_max).run();
}

}  // namespace vstore
