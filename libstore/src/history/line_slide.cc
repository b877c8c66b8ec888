// Both sides fall into groups: runs of changed lines, possibly empty, each followed by an unchanged line.
// Group k of one side stands before the same unchanged line as group k of the other. Sliding a group by one
// line moves that pairing by one, so a cursor on the other side follows every step.
#include "history/line_slide.h"

#include <algorithm>
#include <optional>

namespace vstore {
namespace {

// -------------------------------------------------------------------------------------- indentation --

constexpr int indent_max = 200;
constexpr int blanks_max = 20;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Columns before the first visible character; -1 if there is none.
int indent_of(std::string_view line) {
  int columns = 0;
  for (const char c : line) {
    if (!is_space(c)) return columns;
    if (c == ' ') columns += 1;
    if (c == '\t') columns += 8 - columns % 8;
    if (columns >= indent_max) return indent_max;
  }
  return -1;
}

/// What surrounds a place between two lines.
struct Surroundings {
  bool end_of_file = false;
  int indent = -1;                            // of the line behind the place; -1: blank, or none
  int blanks_before = 0, blanks_after = 0;    // blank lines around it and the line behind it
  int indent_before = -1, indent_after = -1;  // of the next lines that are not blank
};

Surroundings surroundings(const SlideSide& side, std::size_t place) {
  Surroundings s;
  s.end_of_file = place >= side.count;
  if (!s.end_of_file) s.indent = indent_of(side.text(place));
  const auto look = [&](std::size_t i, int& blanks, int& indent) {
    indent = indent_of(side.text(i));
    if (indent != -1) return false;
    if (++blanks < blanks_max) return true;
    indent = 0;
    return false;
  };
  for (std::size_t i = place; i-- > 0 && look(i, s.blanks_before, s.indent_before);) {
  }
  for (std::size_t i = place + 1; i < side.count && look(i, s.blanks_after, s.indent_after); ++i) {
  }
  return s;
}

/// How bad it is to begin or end a group at a place. The weights are git's, found by trying them on many
/// histories.
struct Badness {
  int indent = 0;
  int penalty = 0;

  void add(const Surroundings& s) {
    constexpr int at_start = 1, at_end = 21, per_blank = -30, per_blank_after = 6;
    if (s.indent_before == -1 && s.blanks_before == 0) penalty += at_start;
    if (s.end_of_file) penalty += at_end;
    const int blanks_after = s.indent == -1 ? 1 + s.blanks_after : 0;
    const int blanks = s.blanks_before + blanks_after;
    penalty += per_blank * blanks + per_blank_after * blanks_after;
    const int effective = s.indent != -1 ? s.indent : s.indent_after;
    indent += effective;
    if (effective != -1 && s.indent_before != -1) penalty += for_step(effective, s, blanks != 0);
  }

  /// For the indentation's change at the place.
  static int for_step(int effective, const Surroundings& s, bool blanks) {
    if (effective == s.indent_before) return 0;
    if (effective > s.indent_before) return blanks ? 10 : -4;
    const bool begins_block = s.indent_after != -1 && s.indent_after > effective;
    if (begins_block) return blanks ? 17 : 24;
    return blanks ? 17 : 23;
  }

  bool no_worse_than(const Badness& other) const {
    constexpr int indent_weight = 60;
    const int by_indent = (indent > other.indent) - (indent < other.indent);
    return indent_weight * by_indent + (penalty - other.penalty) <= 0;
  }
};

// -------------------------------------------------------------------------------------------- groups --

/// A run of changed lines [begin, end) of one side.
class Group {
 public:
  Group(const SlideSide& side, std::vector<char>& changed) : side_(side), changed_(changed) { grow_end(); }

  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  bool to_next() {
    if (end_ == side_.count) return false;
    begin_ = ++end_;
    grow_end();
    return true;
  }
  bool to_previous() {
    if (begin_ == 0) return false;
    end_ = --begin_;
    grow_begin();
    return true;
  }

  /// By one line, and together with the groups it then touches; false if the lines do not allow it.
  bool slide_up() {
    if (begin_ == 0 || !side_.equal(begin_ - 1, end_ - 1)) return false;
    changed_[--begin_] = 1;
    changed_[--end_] = 0;
    grow_begin();
    return true;
  }
  bool slide_down() {
    if (end_ == side_.count || !side_.equal(begin_, end_)) return false;
    changed_[begin_++] = 0;
    changed_[end_++] = 1;
    grow_end();
    return true;
  }

 private:
  void grow_begin() {
    while (begin_ > 0 && changed_[begin_ - 1]) --begin_;
  }
  void grow_end() {
    while (end_ < side_.count && changed_[end_]) ++end_;
  }

  const SlideSide& side_;
  std::vector<char>& changed_;
  std::size_t begin_ = 0, end_ = 0;
};

class Slider {
 public:
  Slider(const SlideSide& side, std::vector<char>& changed, const SlideSide& other_side,
         std::vector<char>& other_changed)
      : side_(side), group_(side, changed), other_(other_side, other_changed) {}

  void run() {
    do {
      if (!group_.empty()) settle();
    } while (group_.to_next() && other_.to_next());
  }

 private:
  void settle() {
    std::size_t size;
    do {
      size = group_.size();
      slide_to_both_ends();
    } while (size != group_.size());  // it took in others
    if (group_.end() == highest_end_) return;
    if (beside_other_) {
      while (other_.empty()) up();
    } else if (side_.text) {
      const std::size_t end = best_end();
      while (group_.end() > end) up();
    }
  }

  void up() {
    group_.slide_up();
    other_.to_previous();
  }

  /// Leaves the group as far down as it goes.
  void slide_to_both_ends() {
    while (group_.slide_up()) other_.to_previous();
    highest_end_ = group_.end();
    beside_other_ = !other_.empty();
    while (group_.slide_down()) {
      other_.to_next();
      beside_other_ |= !other_.empty();
    }
  }

  /// Where the group should end so that blocks stay whole.
  std::size_t best_end() const {
    constexpr std::size_t slide_max = 100;
    const std::size_t lowest = group_.end();
    const std::size_t reach = std::min(group_.size() + 1, slide_max);
    std::size_t best = lowest;
    std::optional<Badness> least;
    for (std::size_t end = std::max(highest_end_, lowest > reach ? lowest - reach : 0); end <= lowest;
         ++end) {
      Badness badness;
      badness.add(surroundings(side_, end));
      badness.add(surroundings(side_, end - group_.size()));
      if (least && !badness.no_worse_than(*least)) continue;
      least = badness;
      best = end;
    }
    return best;
  }

  const SlideSide& side_;
  Group group_, other_;
  std::size_t highest_end_ = 0;
  bool beside_other_ = false;  // somewhere on its way it stands beside a change of the other side
};

}  // namespace

void slide_changes(const SlideSide& before, const SlideSide& after, LineChanges& changes) {
  Slider(before, changes.removed, after, changes.added).run();
  Slider(after, changes.added, before, changes.removed).run();
}

}  // namespace vstore
