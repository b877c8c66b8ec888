// Unified hunks of two texts, framed as git frames them.
//
// Passes: equal heads and tails go, by bytes; the middle is cut into lines; lines become numbers; the
// numbers are aligned; changes that are close together become one hunk.
#include "vstore/linediff.h"

#include <algorithm>
#include <unordered_map>

#include "history/line_align.h"

namespace vstore {
namespace {

/// Where the equal heads end (a line begins there in both texts).
std::size_t common_head(std::string_view before, std::string_view after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  const auto end =
      std::mismatch(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(shorter), after.begin());
  const auto same = static_cast<std::size_t>(end.first - before.begin());
  return same == 0 ? 0 : before.rfind('\n', same - 1) + 1;  // npos + 1 is 0
}

/// The size of equal tails that begin after a line break (which may miss the first equal line).
std::size_t common_tail(std::string_view before, std::string_view after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  const auto end =
      std::mismatch(before.rbegin(), before.rbegin() + static_cast<std::ptrdiff_t>(shorter), after.rbegin());
  const auto same = static_cast<std::size_t>(end.first - before.rbegin());
  const std::size_t line_break = before.find('\n', before.size() - same);
  return line_break == std::string_view::npos ? 0 : before.size() - line_break - 1;
}

/// Moves `at`, where a line begins, back by up to `lines` lines.
std::size_t lines_back(std::string_view text, std::size_t at, std::size_t lines) {
  while (lines-- > 0 && at > 0) at = at == 1 ? 0 : text.rfind('\n', at - 2) + 1;
  return at;
}
std::size_t lines_forward(std::string_view text, std::size_t at, std::size_t lines) {
  while (lines-- > 0 && at < text.size()) {
    const std::size_t line_break = text.find('\n', at);
    at = line_break == std::string_view::npos ? text.size() : line_break + 1;
  }
  return at;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t size = lines_forward(text, 0, 1);
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// The differing middle with its context, as lines and as numbers.
struct Middle {
  std::size_t lines_skipped = 0;  ///< equal lines before it
  std::vector<std::string_view> before, after;
  std::vector<std::uint32_t> before_numbers, after_numbers;
};

void number_lines(Middle& middle) {
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  numbers.reserve(middle.before.size() + middle.after.size());
  const auto number = [&](const std::vector<std::string_view>& lines, std::vector<std::uint32_t>& out) {
    out.reserve(lines.size());
    for (std::string_view line : lines) {
      out.push_back(numbers.try_emplace(line, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
  };
  number(middle.before, middle.before_numbers);
  number(middle.after, middle.after_numbers);
}

/// Cuts off what is equal but for `context` lines on both sides.
Middle find_middle(std::string_view before, std::string_view after, std::size_t context) {
  const std::size_t head = common_head(before, after);
  const std::size_t tail = common_tail(before.substr(head), after.substr(head));
  const std::size_t begin = lines_back(before, head, context);
  const std::string_view tail_text = before.substr(before.size() - tail);
  const std::size_t dropped = tail - lines_forward(tail_text, 0, context);

  Middle middle;
  middle.lines_skipped = static_cast<std::size_t>(
      std::count(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
  middle.before = split_lines(before.substr(begin, before.size() - dropped - begin));
  middle.after = split_lines(after.substr(begin, after.size() - dropped - begin));
  return middle;
}

/// Without looking for matches: all but the equal ends is removed and added.
LineChanges replace_all(const Middle& middle) {
  LineChanges changes{std::vector<char>(middle.before.size(), 1), std::vector<char>(middle.after.size(), 1)};
  std::size_t shorter = std::min(middle.before.size(), middle.after.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && middle.before[head] == middle.after[head]) {
    changes.removed[head] = changes.added[head] = 0;
    ++head;
  }
  shorter -= head;
  while (tail < shorter && middle.before.rbegin()[tail] == middle.after.rbegin()[tail]) {
    changes.removed.rbegin()[tail] = changes.added.rbegin()[tail] = 0;
    ++tail;
  }
  return changes;
}

LineChanges find_changes(Middle& middle, std::size_t lines_max) {
  LineChanges changes = replace_all(middle);
  const auto count = [](const std::vector<char>& flags) {
    return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), 1));
  };
  if (std::max(count(changes.removed), count(changes.added)) > lines_max) return changes;
  number_lines(middle);
  changes = align_lines(middle.before_numbers, middle.after_numbers);
  slide_changes(middle.before_numbers, middle.after_numbers, changes);
  return changes;
}

/// Walks both sides of a middle in step and frames its changes.
class HunkBuilder {
 public:
  HunkBuilder(const Middle& middle, const LineChanges& changes, std::size_t context)
      : middle_(middle), changes_(changes), context_(context) {}

  LineDiff run() {
    for (std::size_t gap = skip_equal(); !done(); gap = skip_equal()) {
      // git's rule: changes with at most twice the context between them share a hunk
      if (diff_.hunks.empty() || (gap > context_ && gap - context_ > context_)) {
        close();
        open(std::min(gap, context_));
      } else {
        append_equal(old_ - gap, gap);
      }
      append_changes();
    }
    close();
    return std::move(diff_);
  }

 private:
  bool done() const { return old_ == middle_.before.size() && new_ == middle_.after.size(); }
  bool removed(std::size_t i) const { return i < changes_.removed.size() && changes_.removed[i]; }
  bool added(std::size_t i) const { return i < changes_.added.size() && changes_.added[i]; }

  /// Passes over equal lines; returns how many.
  std::size_t skip_equal() {
    const std::size_t start = old_;
    while (old_ < middle_.before.size() && !removed(old_) && !added(new_)) ++old_, ++new_;
    return old_ - start;
  }

  void open(std::size_t context) {
    Hunk& hunk = diff_.hunks.emplace_back();
    hunk.old_start = old_ - context;
    hunk.new_start = new_ - context;
    append_equal(old_ - context, context);
  }

  void append_equal(std::size_t begin, std::size_t count) {
    Hunk& hunk = diff_.hunks.back();
    for (std::size_t i = begin; i < begin + count; ++i) hunk.lines.push_back({' ', middle_.before[i]});
    hunk.old_count += count;
    hunk.new_count += count;
    hunk_end_ = begin + count;
  }

  void append_changes() {
    Hunk& hunk = diff_.hunks.back();
    for (; removed(old_); ++old_, ++hunk.old_count, ++diff_.removed) {
      hunk.lines.push_back({'-', middle_.before[old_]});
    }
    for (; added(new_); ++new_, ++hunk.new_count, ++diff_.added) {
      hunk.lines.push_back({'+', middle_.after[new_]});
    }
    hunk_end_ = old_;
  }

  /// Gives the last hunk its trailing context and its line numbers.
  void close() {
    if (diff_.hunks.empty()) return;
    append_equal(hunk_end_, std::min(context_, middle_.before.size() - hunk_end_));
    Hunk& hunk = diff_.hunks.back();
    // An empty side is named by the line before it.
    hunk.old_start += middle_.lines_skipped + (hunk.old_count > 0 ? 1 : 0);
    hunk.new_start += middle_.lines_skipped + (hunk.new_count > 0 ? 1 : 0);
  }

  const Middle& middle_;
  const LineChanges& changes_;
  const std::size_t context_;
  std::size_t old_ = 0, new_ = 0;
  std::size_t hunk_end_ = 0;  ///< the old line after the last hunk's lines
  LineDiff diff_;
};

}  // namespace

bool looks_binary(std::string_view text) { return text.substr(0, 8000).find('\0') != std::string_view::npos; }

LineDiff diff_lines(std::string_view before, std::string_view after, unsigned context,
                    std::size_t lines_max) {
  if (before == after) return {};
  Middle middle = find_middle(before, after, context);
  const LineChanges changes = find_changes(middle, lines_max);
  return HunkBuilder(middle, changes, context).run();
}

}  // namespace vstore
