// Unified hunks of two texts, framed as git frames them.
//
// Passes: the texts are cut into lines; those that differ are found (history/line_texts.h); changes that are
// close together become one hunk.
#include "vstore/linediff.h"

#include <algorithm>

#include "history/line_texts.h"

namespace vstore {
namespace {

/// Without context nobody looks at the texts' end, and git leaves out what is equal there, in whole blocks.
/// That is repeated here because it shows: repeated lines are not moved into what was left out.
std::size_t left_out_at_end(std::string_view before, std::string_view after) {
  constexpr std::size_t block = 1024;
  std::size_t size = 0;
  const auto tail = [&](std::string_view text) { return text.substr(text.size() - size - block, block); };
  while (size + block <= std::min(before.size(), after.size()) && tail(before) == tail(after)) size += block;
  const std::size_t line_break = before.find('\n', before.size() - size);
  return size == 0 || line_break == before.npos ? 0 : before.size() - line_break - 1;
}

/// Lines [before, before_end) became [after, after_end).
struct Edit {
  std::size_t before, before_end;
  std::size_t after, after_end;
  bool ignored = false;
};

std::vector<Edit> edits_of(const LineChanges& changes) {
  std::vector<Edit> edits;
  const std::size_t before_count = changes.removed.size(), after_count = changes.added.size();
  for (std::size_t i = 0, j = 0; i < before_count || j < after_count;) {
    Edit edit{i, i, j, j};
    while (i < before_count && changes.removed[i]) ++i;
    while (j < after_count && changes.added[j]) ++j;
    edit.before_end = i;
    edit.after_end = j;
    if (i > edit.before || j > edit.after)
      edits.push_back(edit);
    else
      ++i, ++j;
  }
  return edits;
}

using Edits = std::vector<Edit>;

class HunkBuilder {
 public:
  HunkBuilder(const TextLines& before, const TextLines& after, const LineDiffOptions& options)
      : before_(before), after_(after), options_(options) {}

  LineDiff run(const Edits& edits) {
    auto begin = edits.begin();
    while (begin != edits.end()) {
      begin = first_shown(begin, edits.end());
      if (begin == edits.end()) break;
      const auto last = last_together(begin, edits.end());
      append(begin, last);
      begin = last + 1;
    }
    return std::move(diff_);
  }

 private:
  using At = Edits::const_iterator;

  /// Ignored edits are only shown where they stand between, or close to, others.
  At first_shown(At begin, At end) const {
    At first = begin;
    for (At at = begin; at != end && at->ignored; ++at) {
      const At next = at + 1;
      if (next == end || next->before - at->before_end >= options_.context) first = next;
    }
    return first;
  }

  /// The last edit of the hunk that begins with `first`: git's rule.
  At last_together(At first, At end) const {
    const std::size_t near = options_.context;
    const std::size_t together = 2 * std::size_t{options_.context} + options_.between;
    At last = first;
    std::size_t ignored = 0;  // new lines of ignored edits since `last`
    for (At at = first + 1; at != end; ++at) {
      const At previous = at - 1;
      const std::size_t distance = at->before - previous->before_end;
      if (distance > together) break;
      if (distance < near && (!at->ignored || last == previous)) {
        last = at, ignored = 0;
      } else if (distance < near && at->ignored) {
        ignored += at->after_end - at->after;
      } else if (last != previous && at->before + ignored - last->before_end > together) {
        break;
      } else if (!at->ignored) {
        last = at, ignored = 0;
      } else {
        ignored += at->after_end - at->after;
      }
    }
    return last;
  }

  void append(At first, At last) {
    const auto back = [&](std::size_t at) { return at > options_.context ? at - options_.context : 0; };
    const std::size_t old_begin = back(first->before), new_begin = back(first->after);
    const std::size_t behind = std::min({std::size_t{options_.context}, before_.count() - last->before_end,
                                         after_.count() - last->after_end});
    Hunk& hunk = diff_.hunks.emplace_back();
    hunk.old_count = last->before_end + behind - old_begin;
    hunk.new_count = last->after_end + behind - new_begin;
    // An empty side is named by the line before it.
    hunk.old_start = old_begin + (hunk.old_count > 0 ? 1 : 0);
    hunk.new_start = new_begin + (hunk.new_count > 0 ? 1 : 0);
    hunk.section = section_before(old_begin);
    std::size_t shown = new_begin;
    for (At at = first;; ++at) {
      append_lines(hunk, ' ', after_, shown, at->after);
      append_lines(hunk, '-', before_, at->before, at->before_end);
      append_lines(hunk, '+', after_, at->after, at->after_end);
      diff_.removed += at->before_end - at->before;
      diff_.added += at->after_end - at->after;
      shown = at->after_end;
      if (at == last) break;
    }
    append_lines(hunk, ' ', after_, shown, last->after_end + behind);
  }

  static void append_lines(Hunk& hunk, char tag, const TextLines& lines, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) hunk.lines.push_back({tag, lines[i]});
  }

  /// The last line before `begin` that looks like a heading: it does not begin with white space or
  /// punctuation.
  std::string_view section_before(std::size_t begin) {
    constexpr std::size_t size_max = 80;
    for (std::size_t i = begin; i-- > searched_;) {
      const std::string_view line = before_[i];
      const char c = line[0];
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$')) continue;
      section_ = line.substr(0, size_max);
      section_ = section_.substr(0, section_.find_last_not_of(" \t\n\r") + 1);
      break;
    }
    searched_ = begin;
    return section_;
  }

  const TextLines& before_;
  const TextLines& after_;
  const LineDiffOptions& options_;
  std::size_t searched_ = 0;  // lines before it were looked at for sections
  std::string_view section_;
  LineDiff diff_;
};

void mark_blank(Edits& edits, const TextLines& before, const TextLines& after, const LineKey& key) {
  const auto blank = [&](const TextLines& lines, std::size_t begin, std::size_t end) {
    while (begin < end && key.is_blank(lines[begin])) ++begin;
    return begin == end;
  };
  for (Edit& edit : edits) {
    edit.ignored = blank(before, edit.before, edit.before_end) && blank(after, edit.after, edit.after_end);
  }
}

}  // namespace

bool looks_binary(std::string_view text) { return text.substr(0, 8000).find('\0') != std::string_view::npos; }

LineDiff diff_lines(std::string_view before, std::string_view after, const LineDiffOptions& options) {
  if (before == after) return {};
  const std::size_t left_out = options.context == 0 ? left_out_at_end(before, after) : 0;
  const TextLines old_lines(before.substr(0, before.size() - left_out));
  const TextLines new_lines(after.substr(0, after.size() - left_out));
  LineKey key(options.white_space);
  Edits edits = edits_of(find_line_changes(old_lines, new_lines, options, key));
  if (options.ignore_blank_lines) mark_blank(edits, old_lines, new_lines, key);
  return HunkBuilder(old_lines, new_lines, options).run(edits);
}

LineDiff diff_lines(std::string_view before, std::string_view after, unsigned context) {
  LineDiffOptions options;
  options.context = context;
  return diff_lines(before, after, options);
}

}  // namespace vstore
