#include "cli/word_text.h"

#include "cli/safe_text.h"

namespace vstore::cli {
namespace {

/// What stands around pieces.
struct Marks {
  std::string_view old_begin, old_end, new_begin, new_end, common_begin, common_end;
  std::string_view newline = "\n";
};

Marks marks_of(WordStyle style) {
  switch (style) {
    case WordStyle::plain:
      return {"[-", "-]", "{+", "+}", "", ""};
    case WordStyle::porcelain:
      return {"-", "\n", "+", "\n", " ", "\n", "~\n"};
    default:
      return {};
  }
}

class WordWriter {
 public:
  WordWriter(const WordDiff& words, WordStyle style, const Output& out)
      : words_(words), marks_(marks_of(style)), porcelain_(style == WordStyle::porcelain), out_(out) {}

  std::string run(const Hunk& hunk) {
    for (const DiffLine& line : hunk.lines) {
      if (line.tag == ' ')
        common_line(line.text);
      else
        append_line(line.tag == '-' ? old_ : new_, line.text);
    }
    flush();
    return std::move(text_);
  }

 private:
  static void append_line(std::string& side, std::string_view line) {
    side += line;
    if (!line.ends_with('\n')) side += '\n';
  }

  void common_line(std::string_view line) {
    flush();
    if (line.ends_with('\n')) line.remove_suffix(1);
    text_ += (porcelain_ ? " " : "") + safe_text(line) + "\n" + (porcelain_ ? "~\n" : "");
  }

  void flush() {
    if (old_.empty() && new_.empty()) return;
    for (const WordPiece& piece : words_.compare(old_, new_)) {
      if (piece.tag == '-')
        append(piece.text, marks_.old_begin, marks_.old_end, Colour::red);
      else if (piece.tag == '+')
        append(piece.text, marks_.new_begin, marks_.new_end, Colour::green);
      else
        append(piece.text, marks_.common_begin, marks_.common_end, Colour::plain);
    }
    old_.clear();
    new_.clear();
  }

  /// Marks never reach over the end of a line.
  void append(std::string_view piece, std::string_view begin, std::string_view end, Colour colour) {
    while (!piece.empty()) {
      const std::size_t size = std::min(piece.find('\n'), piece.size());
      if (size > 0) {
        text_ += out_.paint(colour, std::string(begin) + safe_text(piece.substr(0, size)) + std::string(end));
      }
      if (size == piece.size()) return;
      text_ += marks_.newline;
      piece.remove_prefix(size + 1);
    }
  }

  const WordDiff& words_;
  const Marks marks_;
  const bool porcelain_;
  const Output& out_;
  std::string old_, new_;  // changed lines that were not shown yet
  std::string text_;
};

}  // namespace

std::string word_text(const Hunk& hunk, const WordDiff& words, WordStyle style, const Output& out) {
  return WordWriter(words, style, out).run(hunk);
}

}  // namespace vstore::cli
