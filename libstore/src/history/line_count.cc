// Counting changed lines of large texts.
#include <algorithm>
#include <utility>

#include "vstore/file.h"
#include "vstore/linediff.h"

namespace vstore {
namespace {

constexpr std::uint64_t whole_bytes_max = 512u << 20;  // git's core.bigFileThreshold

/// All lines of a content that has no other side.
std::optional<std::uint64_t> count_lines(const FileReader& file) {
  if (file.size() > whole_bytes_max) return std::nullopt;
  std::uint64_t lines = 0;
  std::uint8_t last = '\n';
  bool binary = false, first = true;
  file.visit([&](ByteView bytes) {
    binary = std::exchange(first, false) && looks_binary(as_text(bytes));
    lines += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    if (!bytes.empty()) last = bytes.back();
    return !binary;
  });
  if (binary) return std::nullopt;
  return lines + (last != '\n');
}

}  // namespace

std::optional<LineCounts> count_line_changes(const ObjectReader& reader, const std::optional<Id>& before,
                                             const std::optional<Id>& after, std::uint64_t stretch_bytes_max,
                                             std::size_t chunks_max, const LineDiffOptions& options) {
  LineCounts counts;
  if (before == after) return counts;
  if (!before || !after) {
    const auto lines = count_lines(FileReader(reader, before ? *before : *after));
    if (!lines) return std::nullopt;
    (before ? counts.removed : counts.added) = *lines;
    return counts;
  }
  const auto count = [&](const LineStretch& stretch) {
    const LineDiff diff = diff_lines(stretch.before, stretch.after, options);
    counts.added += diff.added;
    counts.removed += diff.removed;
  };
  if (!visit_line_stretches(reader, *before, *after, options.context, count, stretch_bytes_max, chunks_max))
    return std::nullopt;
  return counts;
}

}  // namespace vstore
