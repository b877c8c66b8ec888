// history/line_align.h - which lines of two texts are the same: the alignment below a line diff.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vstore {

/// For each line whether it is changed: removed (old side) or added (new side). The unchanged lines of
/// both sides are equal one by one, in order.
struct LineChanges {
  std::vector<char> removed;
  std::vector<char> added;
};

/// Aligns two sequences of lines, given as numbers (equal lines, equal numbers). The fewest changes
/// possible for texts of modest size; larger ones are split first at lines that occur once on each side.
/// Deterministic.
LineChanges align_lines(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after);

/// Moves each pure insertion or deletion down as far as equal lines allow, or until it meets a change of
/// the other side: of several scripts of the same length the one that git shows.
void slide_changes(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after,
                   LineChanges& changes);

}  // namespace vstore
