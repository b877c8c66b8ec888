// history/line_slide.h - of several equally short line diffs, the one that reads best.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "history/line_align.h"

namespace vstore {

/// One side, as far as sliding needs to see it.
struct SlideSide {
  std::size_t count = 0;                                ///< lines
  std::function<bool(std::size_t, std::size_t)> equal;  ///< of two lines
  std::function<std::string_view(std::size_t)> text =
      nullptr;  ///< of a line; without it, indentation does not count
};

/// Moves runs of changed lines up or down over equal lines. A run ends up beside a change of the other side
/// if it can, else where indentation and blank lines say that a block begins and ends (if there is text),
/// else as far down as it goes: as in git.
void slide_changes(const SlideSide& before, const SlideSide& after, LineChanges& changes);

}  // namespace vstore
