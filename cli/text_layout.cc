#include "cli/text_layout.h"

namespace vstore::cli {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Size of the colour that `text` begins with; 0 if it begins with none.
std::size_t colour_size(std::string_view text) {
  if (!text.starts_with("\033[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != text.npos && text[end] == 'm' ? end + 1 : 0;
}

std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  return size;
}

std::string indented(std::string_view text, std::size_t first, std::size_t others) {
  std::string out;
  for (std::size_t indent = first; !text.empty(); indent = others) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    out.append(indent, ' ').append(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

/// Fills lines word by word.
class Wrapper {
 public:
  Wrapper(std::string_view text, std::size_t width, std::size_t first, std::size_t others)
      : text_(text), width_(width), others_(others), indent_(first), column_(first) {}

  std::string run() {
    while (true) {
      at_ += at_ < text_.size() ? colour_size(text_.substr(at_)) : 0;
      if (at_ < text_.size() && !is_space(text_[at_])) {
        at_ += character_size(text_.substr(at_));
        ++column_;
      } else if (column_ > width_ && has_space_) {
        new_line();
      } else if (!take_word()) {
        return std::move(out_);
      }
    }
  }

 private:
  /// Adds what stands before `at_` to the line; false at the end.
  bool take_word() {
    const bool end = at_ == text_.size();
    if (end && at_ == line_begin_) return false;
    if (!has_space_) out_.append(indent_, ' ');
    const std::size_t begin = has_space_ ? space_ : line_begin_;
    out_ += text_.substr(begin, at_ - begin);
    if (end) return false;
    space_ = at_;
    has_space_ = true;
    if (text_[at_] == '\t') column_ |= 7;
    if (text_[at_] == '\n') {
      const char next = ++space_ < text_.size() ? text_[space_] : '\0';
      if (next == '\n') out_ += '\n';
      if (!is_alnum(next)) return new_line(), true;  // a paragraph, a list
      out_ += ' ';
    }
    ++column_;
    ++at_;
    return true;
  }

  void new_line() {
    out_ += '\n';
    at_ = line_begin_ = space_ + (space_ < text_.size() && is_space(text_[space_]) ? 1 : 0);
    has_space_ = false;
    column_ = indent_ = others_;
  }

  std::string_view text_;
  const std::size_t width_, others_;
  std::size_t indent_, column_;
  std::size_t at_ = 0, line_begin_ = 0;
  std::size_t space_ = 0;  // behind the last word that was taken
  bool has_space_ = false;
  std::string out_;
};

}  // namespace

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t colour = colour_size(text);
    width += colour == 0;
    text.remove_prefix(colour > 0 ? colour : character_size(text));
  }
  return width;
}

std::string with_gap(std::string_view text, std::size_t from, std::size_t count) {
  std::string out;
  for (std::size_t column = 0; !text.empty();) {
    const std::size_t colour = colour_size(text);
    const std::size_t size = colour > 0 ? colour : character_size(text);
    const bool dropped = colour == 0 && column >= from && column < from + count;
    if (!dropped)
      out += text.substr(0, size);
    else if (column == from)
      out += "..";
    column += colour == 0;
    text.remove_prefix(size);
  }
  return out;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t first, std::size_t others) {
  return width == 0 ? indented(text, first, others) : Wrapper(text, width, first, others).run();
}

}  // namespace vstore::cli
