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

/// What is to be aligned: lines as numbers (equal lines, equal numbers, from 0 on without many gaps). They
/// may be a piece of longer texts, which decide what counts as a line that occurs too often to tell anything.
struct LineSequences {
  std::span<const std::uint32_t> before, after;
  std::size_t before_total = 0, after_total = 0;  ///< lines of the texts
  std::span<const std::uint32_t> before_counts,
      after_counts;  ///< by number: how often a line occurs in the texts
};

/// Aligns as git does, so that both show the same. With `minimal`, the fewest changes possible, however long
/// it takes; else large texts with little in common cost time in proportion to their size.
LineChanges align_lines(const LineSequences& sequences, bool minimal);

/// The same for whole texts.
LineChanges align_lines(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after,
                        bool minimal = false);

}  // namespace vstore
