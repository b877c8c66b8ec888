// The basic idea: Myers' O(ND) algorithm in linear space. A path through the grid of both sequences, right
// for a removed line, down for an added one, diagonal for free where lines are equal, is searched from both
// corners at once; where the two searches meet, the problem falls into two halves. It is given only lines
// that have a partner on the other side, and of lines with very many partners only those that do not stand
// among others without any.
//
// Which of several scripts comes out, and when a search that has become too dear is cut short, follows git
// (that is, LibXDiff and GNU diff before it) in every detail, because people compare the output.
//
// Invariants
//  1. Unchanged lines are equal, and their order is the same on both sides.
//  2. A search costs at most the square of `cost_max` steps unless `minimal` is set.
#include "history/line_align.h"

#include <algorithm>
#include <limits>

namespace vstore {
namespace {

using Position = std::int64_t;

constexpr Position no_line = std::numeric_limits<Position>::max();
constexpr std::size_t frequent_max = 1024;  // partners that always make a line too frequent
constexpr std::size_t scan_window = 100;    // lines looked at around a frequent one
constexpr Position snake_long = 20;         // equal lines in a row that make a place promising
constexpr Position cost_heuristic = 256;    // differences from which promising places are looked for
constexpr Position cost_max_least = 256;    // differences at which any search may be cut short

/// A power of two near the square root.
std::size_t rough_root(std::size_t n) {
  std::size_t root = 1;
  for (; n > 0; n >>= 2) root <<= 1;
  return root;
}

/// One side without the lines that are known to be changed.
struct Kept {
  std::vector<std::uint32_t> numbers;
  std::vector<std::size_t> places;  // in the whole sequence
};

// ------------------------------------------------------------------------ lines that cannot match --

enum Partners : char { none = 0, some = 1, many = 2 };

/// Whether the frequent line at `at` stands in a run of lines that are mostly without partners.
bool among_lonely(const std::vector<char>& partners, std::size_t at) {
  const std::size_t first = at > scan_window ? at - scan_window : 0;
  const std::size_t last = std::min(at + scan_window, partners.size() - 1);
  std::size_t lonely = 0, frequent = 0;
  const auto count = [&](std::size_t i) {
    lonely += partners[i] == none;
    frequent += partners[i] == many;
    return partners[i] != some;
  };
  for (std::size_t i = at; i-- > first && count(i);) {
  }
  if (lonely == 0) return false;
  const std::size_t lonely_before = lonely;
  for (std::size_t i = at + 1; i <= last && count(i); ++i) {
  }
  if (lonely == lonely_before) return false;
  constexpr std::size_t lonely_share = 4;
  frequent += 2;  // the line itself, seen from both directions
  return frequent * lonely_share < frequent + lonely;
}

/// Sorts out what cannot match, which is marked in `changed`.
Kept keep_matchable(std::span<const std::uint32_t> lines, std::size_t total,
                    std::span<const std::uint32_t> other_counts, bool minimal, std::vector<char>& changed) {
  const std::size_t limit = std::min(rough_root(total), frequent_max);
  std::vector<char> partners(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t count = other_counts[lines[i]];
    partners[i] = count == 0 ? none : count >= limit && !minimal ? many : some;
  }
  Kept kept;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (partners[i] == some || (partners[i] == many && !among_lonely(partners, i))) {
      kept.numbers.push_back(lines[i]);
      kept.places.push_back(i);
    } else {
      changed[i] = 1;
    }
  }
  return kept;
}

// ------------------------------------------------------------------------------------ the search --

/// A part of both sequences: [before_begin, before_end) and [after_begin, after_end).
struct Box {
  Position before_begin, before_end;
  Position after_begin, after_end;
};

/// Where a box is cut in two, and whether each half deserves a search that is never cut short.
struct Split {
  Position before = 0, after = 0;
  bool first_exact = true, second_exact = true;
};

/// The furthest points that a search has reached, by diagonal (before - after).
class Frontier {
 public:
  Frontier(std::size_t before, std::size_t after)
      : points_(before + after + 3), origin_(static_cast<Position>(after) + 1) {}
  Position& operator[](Position diagonal) { return points_[static_cast<std::size_t>(origin_ + diagonal)]; }
  Position operator[](Position diagonal) const {
    return points_[static_cast<std::size_t>(origin_ + diagonal)];
  }

 private:
  std::vector<Position> points_;
  Position origin_;
};

/// The diagonals that a search is on; it grows by one on each side, or shrinks where it would leave the box.
struct Span {
  Position low, high;

  void grow(Frontier& points, Position lowest, Position highest, Position outside) {
    if (low > lowest)
      points[--low - 1] = outside;
    else
      ++low;
    if (high < highest)
      points[++high + 1] = outside;
    else
      --high;
  }
  bool holds(Position diagonal) const { return low <= diagonal && diagonal <= high; }
};

class Search {
 public:
  Search(const Kept& before, const Kept& after, LineChanges& changes)
      : before_(before),
        after_(after),
        changes_(changes),
        forward_(before.numbers.size(), after.numbers.size()),
        backward_(before.numbers.size(), after.numbers.size()),
        cost_max_(std::max<Position>(
            cost_max_least,
            static_cast<Position>(rough_root(before.numbers.size() + after.numbers.size() + 3)))) {}

  void run(bool minimal) {
    struct Task {
      Box box;
      bool exact;
    };
    std::vector<Task> tasks = {{{0, std::ssize(before_.numbers), 0, std::ssize(after_.numbers)}, minimal}};
    while (!tasks.empty()) {
      const Task task = tasks.back();
      tasks.pop_back();
      const Box box = shrunk(task.box);
      if (box.before_begin == box.before_end || box.after_begin == box.after_end) {
        mark(box);
        continue;
      }
      const Split at = split(box, task.exact);
      tasks.push_back({{at.before, box.before_end, at.after, box.after_end}, at.second_exact});
      tasks.push_back({{box.before_begin, at.before, box.after_begin, at.after}, at.first_exact});
    }
  }

 private:
  bool equal(Position before, Position after) const {
    return before_.numbers[static_cast<std::size_t>(before)] ==
           after_.numbers[static_cast<std::size_t>(after)];
  }

  Box shrunk(Box box) const {
    const auto empty = [&] { return box.before_begin == box.before_end || box.after_begin == box.after_end; };
    while (!empty() && equal(box.before_begin, box.after_begin)) ++box.before_begin, ++box.after_begin;
    while (!empty() && equal(box.before_end - 1, box.after_end - 1)) --box.before_end, --box.after_end;
    return box;
  }

  void mark(const Box& box) {
    for (Position i = box.before_begin; i < box.before_end; ++i) {
      changes_.removed[before_.places[static_cast<std::size_t>(i)]] = 1;
    }
    for (Position i = box.after_begin; i < box.after_end; ++i) {
      changes_.added[after_.places[static_cast<std::size_t>(i)]] = 1;
    }
  }

  /// Searches from both corners of a box whose corners differ.
  Split split(const Box& box, bool exact) {
    const Position lowest = box.before_begin - box.after_end, highest = box.before_end - box.after_begin;
    const Position first = box.before_begin - box.after_begin, last = box.before_end - box.after_end;
    const bool odd = ((first - last) & 1) != 0;
    Span ahead{first, first}, back{last, last};
    forward_[first] = box.before_begin;
    backward_[last] = box.before_end;
    for (Position cost = 1;; ++cost) {
      Split met;
      long_snake_ = false;
      ahead.grow(forward_, lowest, highest, -1);
      if (step_forward(box, ahead, odd ? &back : nullptr, met)) return met;
      back.grow(backward_, lowest, highest, no_line);
      if (step_backward(box, back, odd ? nullptr : &ahead, met)) return met;
      if (exact) continue;
      if (long_snake_ && cost > cost_heuristic) {
        if (promising_forward(box, ahead, first, cost, met) || promising_backward(box, back, last, cost, met))
          return met;
      }
      if (cost >= cost_max_) return furthest(box, ahead, back);
    }
  }

  /// One difference more on each diagonal; true if the other search was met.
  bool step_forward(const Box& box, const Span& span, const Span* other, Split& met) {
    for (Position d = span.high; d >= span.low; d -= 2) {
      const Position start = forward_[d - 1] >= forward_[d + 1] ? forward_[d - 1] + 1 : forward_[d + 1];
      Position i = start, j = start - d;
      while (i < box.before_end && j < box.after_end && equal(i, j)) ++i, ++j;
      long_snake_ |= i - start > snake_long;
      forward_[d] = i;
      if (other && other->holds(d) && backward_[d] <= i) return met = {i, j}, true;
    }
    return false;
  }

  bool step_backward(const Box& box, const Span& span, const Span* other, Split& met) {
    for (Position d = span.high; d >= span.low; d -= 2) {
      const Position start = backward_[d - 1] < backward_[d + 1] ? backward_[d - 1] : backward_[d + 1] - 1;
      Position i = start, j = start - d;
      while (i > box.before_begin && j > box.after_begin && equal(i - 1, j - 1)) --i, --j;
      long_snake_ |= start - i > snake_long;
      backward_[d] = i;
      if (other && other->holds(d) && i <= forward_[d]) return met = {i, j}, true;
    }
    return false;
  }

  // A place is promising if it is far from its corner for its cost, not far off the middle, and has many
  // equal lines in a row behind it.
  static constexpr Position promise = 4;

  bool promising_forward(const Box& box, const Span& span, Position middle, Position cost,
                         Split& found) const {
    Position best = 0;
    for (Position d = span.high; d >= span.low; d -= 2) {
      const Position i = forward_[d], j = i - d;
      const Position value = (i - box.before_begin) + (j - box.after_begin) - std::abs(d - middle);
      if (value <= promise * cost || value <= best) continue;
      if (i < box.before_begin + snake_long || i >= box.before_end) continue;
      if (j < box.after_begin + snake_long || j >= box.after_end) continue;
      if (equal_run(i - snake_long, j - snake_long)) best = value, found = {i, j, true, false};
    }
    return best > 0;
  }

  bool promising_backward(const Box& box, const Span& span, Position middle, Position cost,
                          Split& found) const {
    Position best = 0;
    for (Position d = span.high; d >= span.low; d -= 2) {
      const Position i = backward_[d], j = i - d;
      const Position value = (box.before_end - i) + (box.after_end - j) - std::abs(d - middle);
      if (value <= promise * cost || value <= best) continue;
      if (i <= box.before_begin || i > box.before_end - snake_long) continue;
      if (j <= box.after_begin || j > box.after_end - snake_long) continue;
      if (equal_run(i, j)) best = value, found = {i, j, false, true};
    }
    return best > 0;
  }

  bool equal_run(Position before, Position after) const {
    for (Position k = 0; k < snake_long; ++k) {
      if (!equal(before + k, after + k)) return false;
    }
    return true;
  }

  /// Enough was spent: cut at the point that either search has brought furthest.
  Split furthest(const Box& box, const Span& ahead, const Span& back) const {
    Position ahead_sum = -1, ahead_before = -1;
    for (Position d = ahead.high; d >= ahead.low; d -= 2) {
      Position i = std::min(forward_[d], box.before_end), j = i - d;
      if (j > box.after_end) i = box.after_end + d, j = box.after_end;
      if (ahead_sum < i + j) ahead_sum = i + j, ahead_before = i;
    }
    Position back_sum = no_line, back_before = no_line;
    for (Position d = back.high; d >= back.low; d -= 2) {
      Position i = std::max(box.before_begin, backward_[d]), j = i - d;
      if (j < box.after_begin) i = box.after_begin + d, j = box.after_begin;
      if (i + j < back_sum) back_sum = i + j, back_before = i;
    }
    const bool ahead_won =
        box.before_end + box.after_end - back_sum < ahead_sum - (box.before_begin + box.after_begin);
    if (ahead_won) return {ahead_before, ahead_sum - ahead_before, true, false};
    return {back_before, back_sum - back_before, false, true};
  }

  const Kept& before_;
  const Kept& after_;
  LineChanges& changes_;
  Frontier forward_, backward_;
  const Position cost_max_;
  bool long_snake_ = false;  // seen at the present cost
};

std::vector<std::uint32_t> count_lines(std::span<const std::uint32_t> lines, std::size_t numbers) {
  std::vector<std::uint32_t> counts(numbers);
  for (const std::uint32_t line : lines) ++counts[line];
  return counts;
}

}  // namespace

LineChanges align_lines(const LineSequences& s, bool minimal) {
  LineChanges changes{std::vector<char>(s.before.size()), std::vector<char>(s.after.size())};
  const Kept before = keep_matchable(s.before, s.before_total, s.after_counts, minimal, changes.removed);
  const Kept after = keep_matchable(s.after, s.after_total, s.before_counts, minimal, changes.added);
  Search(before, after, changes).run(minimal);
  return changes;
}

LineChanges align_lines(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after,
                        bool minimal) {
  // What is equal at both ends is no more part of the question.
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  std::uint32_t largest = 0;
  for (const std::uint32_t line : before) largest = std::max(largest, line);
  for (const std::uint32_t line : after) largest = std::max(largest, line);
  const std::vector<std::uint32_t> before_counts = count_lines(before, largest + std::size_t{1});
  const std::vector<std::uint32_t> after_counts = count_lines(after, largest + std::size_t{1});
  const LineChanges middle = align_lines(
      {before.subspan(head, before.size() - head - tail), after.subspan(head, after.size() - head - tail),
       before.size(), after.size(), before_counts, after_counts},
      minimal);
  LineChanges changes{std::vector<char>(before.size()), std::vector<char>(after.size())};
  std::copy(middle.removed.begin(), middle.removed.end(),
            changes.removed.begin() + static_cast<std::ptrdiff_t>(head));
  std::copy(middle.added.begin(), middle.added.end(),
            changes.added.begin() + static_cast<std::ptrdiff_t>(head));
  return changes;
}

}  // namespace vstore
