// history/line_texts.h - two texts as lines, and their lines as numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "history/line_align.h"
#include "vstore/linediff.h"

namespace vstore {

/// What of a line counts when lines are compared.
class LineKey {
 public:
  explicit LineKey(WhiteSpace rule) : rule_(rule) {}
  bool is_whole_line() const { return rule_ == WhiteSpace::exact; }
  /// Equal for lines that count as equal. Valid until the next call, or as long as `line` itself.
  std::string_view of(std::string_view line);
  bool equal(std::string_view a, std::string_view b);
  /// True if the line counts as blank.
  bool is_blank(std::string_view line) const;

 private:
  void squeeze(std::string_view line, std::string& out) const;

  WhiteSpace rule_;
  std::string key_, other_key_;
};

/// A text by its lines; each has its newline, but the last may have none.
class TextLines {
 public:
  explicit TextLines(std::string_view text);
  std::size_t count() const { return begins_.size() - 1; }
  std::string_view operator[](std::size_t i) const {
    return text_.substr(begins_[i], begins_[i + 1] - begins_[i]);
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> begins_;  // and the end
};

/// Which lines of two texts differ, as git decides it.
LineChanges find_line_changes(const TextLines& before, const TextLines& after, const LineDiffOptions& options,
                              LineKey& key);

}  // namespace vstore
