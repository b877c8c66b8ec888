#include "workspace/config_parser.h"

#include <algorithm>

#include "vstore/error.h"

namespace vstore {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_key_char(char c) { return is_alpha(c) || (c >= '0' && c <= '9') || c == '-'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

class Parser {
 public:
  Parser(std::string_view text, const std::string& file_name) : text_(text), file_name_(file_name) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  std::vector<ConfigItem> run() {
    for (skip_filler(); !done(); skip_filler()) {
      if (peek() == '[') {
        section();
      } else if (is_alpha(peek())) {
        variable();
      } else {
        fail();
      }
    }
    return std::move(items_);
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\n' : text_[at_]; }
  char take() {
    const char c = peek();
    ++at_;
    return c;
  }
  [[noreturn]] void fail() const {
    const auto line =
        1 + std::count(text_.begin(),
                       text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size())), '\n');
    throw Error(ErrorCode::usage,
                "bad configuration line " + std::to_string(line) + " in file '" + file_name_ + "'",
                "correct that line with an editor");
  }

  /// White space, line ends and comments.
  void skip_filler() {
    while (!done()) {
      if (peek() == '#' || peek() == ';') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (peek() == '\n' || is_blank(peek())) {
        ++at_;
      } else {
        return;
      }
    }
  }

  void section() {
    const std::size_t begin = at_++;
    section_.clear();
    while (is_key_char(peek()) || peek() == '.') section_.push_back(lower(take()));
    if (section_.empty()) fail();
    if (is_blank(peek())) {
      while (is_blank(peek())) ++at_;
      section_.push_back('.');
      subsection();
    }
    if (peek() != ']') fail();
    ++at_;
    items_.push_back({true, section_, {}, begin, at_});
  }

  /// `"name"`, case kept, backslash before any character.
  void subsection() {
    if (take() != '"') fail();
    while (peek() != '"') {
      if (peek() == '\\') ++at_;
      if (done() || peek() == '\n') fail();
      section_.push_back(take());
    }
    ++at_;
  }

  void variable() {
    if (section_.empty()) fail();
    const std::size_t begin = at_;
    std::string key = section_ + ".";
    while (is_key_char(peek())) key.push_back(lower(take()));
    while (is_blank(peek())) ++at_;
    std::string value = "true";
    if (peek() == '=') {
      ++at_;
      value = this->value();
    } else if (peek() == '#' || peek() == ';') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (peek() != '\n') {
      fail();
    }
    if (!done()) ++at_;  // the line's end
    items_.push_back({false, std::move(key), std::move(value), begin, at_});
  }

  /// Up to the line's end, which is not taken. Blanks at either end count only inside quotes.
  std::string value() {
    while (is_blank(peek())) ++at_;
    std::string out;
    std::size_t keep = 0;  // length without unquoted blanks at the end
    for (bool quoted = false;; ++at_) {
      const char c = peek();
      if (c == '\n') {
        if (quoted) fail();
        break;
      }
      if (!quoted && (c == '#' || c == ';')) {
        at_ = std::min(text_.find('\n', at_), text_.size());
        break;
      }
      if (c == '"') {
        quoted = !quoted;
        keep = out.size();
        continue;
      }
      if (c == '\\') {
        ++at_;
        if (peek() == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
        if (done()) break;
        if (peek() == '\n') continue;  // the value goes on
        out.push_back(unescape(peek()));
      } else {
        out.push_back(c);
        if (!quoted && is_blank(c)) continue;
      }
      keep = out.size();
    }
    out.resize(keep);
    return out;
  }

  char unescape(char c) const {
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'b':
        return '\b';
      case '"':
      case '\\':
        return c;
      default:
        fail();
    }
  }

  std::string_view text_;
  const std::string& file_name_;
  std::size_t at_ = 0;
  std::string section_;
  std::vector<ConfigItem> items_;
};

}  // namespace

std::vector<ConfigItem> parse_config(std::string_view text, const std::string& file_name) {
  return Parser(text, file_name).run();
}

std::string quote_config_value(std::string_view value) {
  std::string out;
  for (const char c : value) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '"':
      case '\\':
        out += '\\';
        [[fallthrough]];
      default:
        out += c;
    }
  }
  const bool quote =
      value.starts_with(' ') || value.ends_with(' ') || value.find_first_of("#;\r") != std::string_view::npos;
  return quote ? '"' + out + '"' : out;
}

}  // namespace vstore
