// Three-way merge of texts, after xdiff's (git's): two line diffs against the base are zipped.
//
// A change of one side that touches no change of the other is taken. Changes that overlap or abut are one
// conflict, unless they are the same. A conflict is then narrowed to the lines that differ between the sides,
// and conflicts with at most three common lines between them become one again, for the reader's sake.
#include <algorithm>
#include <span>
#include <unordered_map>

#include "history/line_slide.h"
#include "vstore/merge.h"

namespace vstore {
namespace {

constexpr std::size_t kJoinedGapMax = 3;

/// A text as lines, each with its newline if it has one, and as numbers that are equal where lines are.
struct Lines {
  std::vector<std::string_view> text;
  std::vector<std::uint32_t> numbers;
};

class LineNumbers {
 public:
  Lines split(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
      const std::size_t line_break = text.find('\n');
      const std::size_t size = line_break == text.npos ? text.size() : line_break + 1;
      const std::string_view line = text.substr(0, size);
      lines.text.push_back(line);
      lines.numbers.push_back(numbers_.try_emplace(line, static_cast<std::uint32_t>(numbers_.size())).first->second);
      text.remove_prefix(size);
    }
    return lines;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

/// `before_count` lines from `before` on became `after_count` lines from `after` on.
struct Edit {
  std::size_t before, before_count;
  std::size_t after, after_count;
  std::size_t before_end() const { return before + before_count; }
  std::size_t after_end() const { return after + after_count; }
};

std::vector<Edit> find_edits(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after) {
  LineChanges changes = align_lines(before, after);
  const auto side = [](std::span<const std::uint32_t> lines) {
    return SlideSide{lines.size(), [lines](std::size_t i, std::size_t j) { return lines[i] == lines[j]; }};
  };
  slide_changes(side(before), side(after), changes);
  std::vector<Edit> edits;
  for (std::size_t i = 0, j = 0; i < before.size() || j < after.size();) {
    Edit edit{i, 0, j, 0};
    while (i < before.size() && changes.removed[i]) ++i;
    while (j < after.size() && changes.added[j]) ++j;
    edit.before_count = i - edit.before;
    edit.after_count = j - edit.after;
    if (edit.before_count + edit.after_count > 0) edits.push_back(edit);
    else ++i, ++j;
  }
  return edits;
}

enum class Take { conflict, ours, theirs };

/// A stretch on which a side differs from the base, with its place in all three texts.
struct Stretch {
  Take take;
  std::size_t base, base_count;
  std::size_t ours, ours_count;
  std::size_t theirs, theirs_count;
};

class Merger {
 public:
  Merger(std::string_view base, std::string_view ours, std::string_view theirs, const TextMergeOptions& options)
      : options_(options),
        base_(numbers_.split(base)),
        ours_(numbers_.split(ours)),
        theirs_(numbers_.split(theirs)) {}

  TextMerge run() {
    zip(find_edits(base_.numbers, ours_.numbers), find_edits(base_.numbers, theirs_.numbers));
    if (options_.style == ConflictStyle::merge) {
      narrow();
      join_near();
    }
    return write();
  }

 private:
  void zip(const std::vector<Edit>& ours, const std::vector<Edit>& theirs) {
    auto a = ours.begin();
    auto b = theirs.begin();
    while (a != ours.end() && b != theirs.end()) {
      if (a->before_end() < b->before) {
        take_ours(*a++, b->after - b->before);
      } else if (b->before_end() < a->before) {
        take_theirs(*b++, a->after - a->before);
      } else {
        if (!same(*a, *b)) add_conflict(*a, *b);
        const std::size_t a_end = a->before_end(), b_end = b->before_end();
        if (a_end >= b_end) ++b;
        if (b_end >= a_end) ++a;
      }
    }
    // Unsigned differences may wrap; they are only added to positions again.
    for (; a != ours.end(); ++a) take_ours(*a, theirs_.text.size() - base_.text.size());
    for (; b != theirs.end(); ++b) take_theirs(*b, ours_.text.size() - base_.text.size());
  }

  void take_ours(const Edit& e, std::size_t their_shift) {
    add({Take::ours, e.before, e.before_count, e.after, e.after_count, e.before + their_shift, e.before_count});
  }
  void take_theirs(const Edit& e, std::size_t our_shift) {
    add({Take::theirs, e.before, e.before_count, e.before + our_shift, e.before_count, e.after, e.after_count});
  }

  bool same(const Edit& a, const Edit& b) const {
    return a.before == b.before && a.before_count == b.before_count && a.after_count == b.after_count &&
           std::equal(ours_.numbers.begin() + at(a.after), ours_.numbers.begin() + at(a.after_end()),
                      theirs_.numbers.begin() + at(b.after));
  }

  /// Both edits, widened to the same base lines.
  void add_conflict(const Edit& a, const Edit& b) {
    const std::size_t begin = std::min(a.before, b.before);
    const std::size_t end = std::max(a.before_end(), b.before_end());
    const std::size_t our_begin = a.after - (a.before - begin), our_end = a.after_end() + (end - a.before_end());
    const std::size_t their_begin = b.after - (b.before - begin), their_end = b.after_end() + (end - b.before_end());
    add({Take::conflict, begin, end - begin, our_begin, our_end - our_begin, their_begin, their_end - their_begin});
  }

  /// What touches the stretch before becomes one with it.
  void add(const Stretch& s) {
    if (!stretches_.empty()) {
      Stretch& last = stretches_.back();
      if (s.ours <= last.ours + last.ours_count || s.theirs <= last.theirs + last.theirs_count) {
        if (last.take != s.take) last.take = Take::conflict;
        last.base_count = s.base + s.base_count - last.base;
        last.ours_count = s.ours + s.ours_count - last.ours;
        last.theirs_count = s.theirs + s.theirs_count - last.theirs;
        return;
      }
    }
    stretches_.push_back(s);
  }

  /// Splits conflicts at the lines that both sides have.
  void narrow() {
    std::vector<Stretch> narrowed;
    for (const Stretch& s : stretches_) {
      if (s.take != Take::conflict || s.ours_count == 0 || s.theirs_count == 0) {
        narrowed.push_back(s);
        continue;
      }
      for (const Edit& e : find_edits(std::span(ours_.numbers).subspan(s.ours, s.ours_count),
                                      std::span(theirs_.numbers).subspan(s.theirs, s.theirs_count))) {
        narrowed.push_back({Take::conflict, s.base, s.base_count, s.ours + e.before, e.before_count,
                            s.theirs + e.after, e.after_count});
      }
    }
    stretches_ = std::move(narrowed);
  }

  void join_near() {
    std::vector<Stretch> joined;
    for (const Stretch& s : stretches_) {
      const bool near = !joined.empty() && s.take == Take::conflict && joined.back().take == Take::conflict &&
                        s.ours - (joined.back().ours + joined.back().ours_count) <= kJoinedGapMax;
      if (!near) {
        joined.push_back(s);
        continue;
      }
      joined.back().ours_count = s.ours + s.ours_count - joined.back().ours;
      joined.back().theirs_count = s.theirs + s.theirs_count - joined.back().theirs;
    }
    stretches_ = std::move(joined);
  }

  TextMerge write() {
    std::size_t done = 0;  // lines of ours
    for (const Stretch& s : stretches_) {
      append(ours_, done, s.ours - done);
      switch (decided(s.take)) {
        case Take::ours: append(ours_, s.ours, s.ours_count); break;
        case Take::theirs: append(theirs_, s.theirs, s.theirs_count); break;
        case Take::conflict: append_conflict(s); break;
      }
      done = s.ours + s.ours_count;
    }
    append(ours_, done, ours_.text.size() - done);
    return std::move(result_);
  }

  Take decided(Take take) const {
    if (take != Take::conflict || options_.favor == Favor::none) return take;
    return options_.favor == Favor::ours ? Take::ours : Take::theirs;
  }

  void append(const Lines& from, std::size_t begin, std::size_t count) {
    for (std::size_t i = begin; i < begin + count; ++i) result_.text += from.text[i];
  }

  void append_conflict(const Stretch& s) {
    ++result_.conflicts;
    end_line();
    const std::string_view line_end = uses_crlf() ? "\r\n" : "\n";
    marker('<', options_.ours_label, line_end);
    append(ours_, s.ours, s.ours_count);
    end_line();
    if (options_.style == ConflictStyle::diff3) {
      marker('|', options_.base_label, line_end);
      append(base_, s.base, s.base_count);
      end_line();
    }
    marker('=', "", line_end);
    append(theirs_, s.theirs, s.theirs_count);
    end_line();
    marker('>', options_.theirs_label, line_end);
  }

  void end_line() {
    if (!result_.text.empty() && result_.text.back() != '\n') result_.text += uses_crlf() ? "\r\n" : "\n";
  }

  bool uses_crlf() const {
    const auto ends_crlf = [](const Lines& lines) { return lines.text.empty() || lines.text[0].ends_with("\r\n"); };
    return !ours_.text.empty() && ends_crlf(ours_) && ends_crlf(theirs_);
  }

  void marker(char c, std::string_view label, std::string_view line_end) {
    result_.text.append(options_.marker_size, c);
    if (!label.empty()) result_.text.append(" ").append(label);
    result_.text.append(line_end);
  }

  static std::ptrdiff_t at(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

  const TextMergeOptions& options_;
  LineNumbers numbers_;
  const Lines base_, ours_, theirs_;
  std::vector<Stretch> stretches_;
  TextMerge result_;
};

}  // namespace

TextMerge merge_texts(std::string_view base, std::string_view ours, std::string_view theirs,
                      const TextMergeOptions& options) {
  return Merger(base, ours, theirs, options).run();
}

}  // namespace vstore
