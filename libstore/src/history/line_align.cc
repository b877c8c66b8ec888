// The basic idea: dtl finds a shortest edit script in O(NP) time. It keeps every point it visits, and past
// two million it starts again from where it was and no longer finds the shortest script. So it is given only
// what stays below that limit for certain: a range between lines that occur exactly once on each side (as
// in "patience diff"), without the lines that occur on one side only. A range that is too large and has no
// such line counts as rewritten: all removed, all added.
//
// Invariants
//  1. Matched lines are equal, and their order is the same on both sides.
//  2. (M+1)(N+1) bounds the points that dtl visits, and never exceeds its limit.
#include "history/line_align.h"

#include <algorithm>
#include <dtl/dtl.hpp>
#include <unordered_map>

namespace vstore {
namespace {

using Lines = std::span<const std::uint32_t>;

struct Match {
  std::size_t before;
  std::size_t after;
};

/// A piece of both sides that is still to be aligned; positions are those of the whole.
struct Range {
  std::size_t before_begin, before_end;
  std::size_t after_begin, after_end;

  bool empty() const { return before_begin == before_end || after_begin == after_end; }
};

/// How often a line occurs in a range, and where last.
struct Occurrences {
  std::size_t before = 0, after = 0;
  std::size_t before_at = 0, after_at = 0;
};

using Index = std::unordered_map<std::uint32_t, Occurrences>;

class Aligner {
 public:
  Aligner(Lines before, Lines after)
      : before_(before),
        after_(after),
        changes_{std::vector<char>(before.size(), 1), std::vector<char>(after.size(), 1)} {}

  LineChanges run() {
    std::vector<Range> ranges = {{0, before_.size(), 0, after_.size()}};
    while (!ranges.empty()) {
      const Range range = trimmed(ranges.back());
      ranges.pop_back();
      if (!range.empty()) align(range, ranges);
    }
    return std::move(changes_);
  }

 private:
  void match(std::size_t before, std::size_t after) {
    changes_.removed[before] = 0;
    changes_.added[after] = 0;
  }

  Range trimmed(Range r) {
    while (!r.empty() && before_[r.before_begin] == after_[r.after_begin]) {
      match(r.before_begin++, r.after_begin++);
    }
    while (!r.empty() && before_[r.before_end - 1] == after_[r.after_end - 1]) {
      match(--r.before_end, --r.after_end);
    }
    return r;
  }

  /// Aligns a range whose ends differ, or pushes the pieces between its anchors.
  void align(const Range& range, std::vector<Range>& pieces) {
    const Index index = index_of(range);
    std::vector<std::size_t> before_shared, after_shared;
    for (std::size_t i = range.before_begin; i < range.before_end; ++i) {
      if (index.at(before_[i]).after > 0) before_shared.push_back(i);
    }
    for (std::size_t i = range.after_begin; i < range.after_end; ++i) {
      if (index.at(after_[i]).before > 0) after_shared.push_back(i);
    }
    if ((before_shared.size() + 1) * (after_shared.size() + 1) < dtl::MAX_CORDINATES_SIZE) {
      align_exactly(before_shared, after_shared);
    } else {
      split_at(anchors(range, index), range, pieces);
    }
  }

  Index index_of(const Range& range) const {
    Index index;
    for (std::size_t i = range.before_begin; i < range.before_end; ++i) {
      Occurrences& line = index[before_[i]];
      ++line.before;
      line.before_at = i;
    }
    for (std::size_t i = range.after_begin; i < range.after_end; ++i) {
      Occurrences& line = index[after_[i]];
      ++line.after;
      line.after_at = i;
    }
    return index;
  }

  /// A shortest edit script of the lines at the given positions.
  void align_exactly(const std::vector<std::size_t>& before_at, const std::vector<std::size_t>& after_at) {
    std::vector<std::uint32_t> before, after;
    for (std::size_t i : before_at) before.push_back(before_[i]);
    for (std::size_t i : after_at) after.push_back(after_[i]);
    dtl::Diff<std::uint32_t, std::vector<std::uint32_t>> diff(before, after);
    diff.compose();
    for (const auto& [line, info] : diff.getSes().getSequence()) {
      if (info.type != dtl::SES_COMMON) continue;
      match(before_at[static_cast<std::size_t>(info.beforeIdx - 1)],
            after_at[static_cast<std::size_t>(info.afterIdx - 1)]);
    }
  }

  /// The longest run of lines, unique on both sides, that stand in the same order on both.
  std::vector<Match> anchors(const Range& range, const Index& index) const {
    struct Card {
      Match match;
      std::size_t previous;  // in `cards`
    };
    constexpr std::size_t none = SIZE_MAX;
    std::vector<Card> cards;
    std::vector<std::size_t> piles;  // the card on top of each pile, `after` ascending
    for (std::size_t i = range.before_begin; i < range.before_end; ++i) {
      const Occurrences& line = index.at(before_[i]);
      if (line.before != 1 || line.after != 1) continue;
      const auto pile =
          std::lower_bound(piles.begin(), piles.end(), line.after_at,
                           [&](std::size_t card, std::size_t at) { return cards[card].match.after < at; });
      const std::size_t previous = pile == piles.begin() ? none : *(pile - 1);
      const std::size_t card = cards.size();
      if (pile == piles.end()) {
        piles.push_back(card);
      } else {
        *pile = card;
      }
      cards.push_back({{i, line.after_at}, previous});
    }
    std::vector<Match> run;
    for (std::size_t card = piles.empty() ? none : piles.back(); card != none; card = cards[card].previous) {
      run.push_back(cards[card].match);
    }
    std::reverse(run.begin(), run.end());
    return run;
  }

  void split_at(const std::vector<Match>& anchors, const Range& range, std::vector<Range>& pieces) {
    if (anchors.empty()) return;
    Range rest = range;
    for (const Match& anchor : anchors) {
      match(anchor.before, anchor.after);
      pieces.push_back({rest.before_begin, anchor.before, rest.after_begin, anchor.after});
      rest.before_begin = anchor.before + 1;
      rest.after_begin = anchor.after + 1;
    }
    pieces.push_back(rest);
  }

  Lines before_, after_;
  LineChanges changes_;
};

/// Slides the changes of one side; `other` holds the flags of the other side.
void slide_side(Lines lines, std::vector<char>& changed, const std::vector<char>& other) {
  const auto other_changed = [&](std::size_t i) { return i < other.size() && other[i]; };
  std::size_t begin = 0, opposite = 0;  // opposite: the other side's line that `begin` stands at
  while (begin < lines.size()) {
    if (!changed[begin]) {
      while (other_changed(opposite)) ++opposite;
      ++begin, ++opposite;
      continue;
    }
    std::size_t end = begin;
    while (end < lines.size() && changed[end]) ++end;
    while (end < lines.size() && !other_changed(opposite) && lines[begin] == lines[end]) {
      changed[begin++] = 0;
      changed[end++] = 1;
      ++opposite;
      while (end < lines.size() && changed[end]) ++end;  // it ran into the next change
    }
    begin = end;
  }
}

}  // namespace

LineChanges align_lines(Lines before, Lines after) { return Aligner(before, after).run(); }

void slide_changes(Lines before, Lines after, LineChanges& changes) {
  slide_side(before, changes.removed, changes.added);
  slide_side(after, changes.added, changes.removed);
}

}  // namespace vstore
