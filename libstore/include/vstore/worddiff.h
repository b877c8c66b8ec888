// vstore/worddiff.h - which words differ between two texts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vstore {

/// A stretch of text that is common (' '), old ('-') or new ('+'). Common stretches are the new text's.
struct WordPiece {
  char tag;
  std::string_view text;  ///< points into the caller's text; may hold newlines
};

/// Compares texts by words. Const calls are thread-safe.
class WordDiff {
 public:
  /// `pattern`: a POSIX extended regular expression for what a word is; what matches nowhere is between
  /// words. Empty: words are separated by white space. Throws `usage` for a bad expression.
  explicit WordDiff(const std::string& pattern = {});
  WordDiff(WordDiff&&) noexcept;
  ~WordDiff();

  /// Without '-' the pieces are `after` (whole words of it, and all between them); where it is empty there is
  /// one piece, all of `before`. Both must outlive the result. As in git.
  std::vector<WordPiece> compare(std::string_view before, std::string_view after) const;

 private:
  struct Pattern;
  std::unique_ptr<Pattern> pattern_;
};

}  // namespace vstore
