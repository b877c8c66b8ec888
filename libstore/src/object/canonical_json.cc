#include "object/canonical_json.h"

#include <array>
#include <charconv>

#include "base/hex.h"
#include "base/utf8.h"
#include "vstore/error.h"

namespace vstore {
namespace {

/// Characters that stand for themselves in a string: all but '"', '\' and control characters.
constexpr std::array<bool, 256> plain_characters = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 256; ++c) plain[static_cast<std::size_t>(c)] = c != '"' && c != '\\';
  return plain;
}();

bool is_plain(char c) noexcept { return plain_characters[static_cast<unsigned char>(c)]; }

/// The two-character escapes, pairwise: what is meant, and the letter that says so.
constexpr std::string_view escape_meanings = "\"\\\b\f\n\r\t";
constexpr std::string_view escape_letters = "\"\\bfnrt";

void append_escape(std::string& out, char c) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '\\';
  if (const std::size_t i = escape_meanings.find(c); i != std::string_view::npos) {
    out += escape_letters[i];
  } else {
    out += "u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
}

bool is_lower_hex(std::string_view text) noexcept {
  for (char c : text) {
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
  }
  return true;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) continue;
    out.append(text, start, i - start);
    append_escape(out, text[i]);
    start = i + 1;
  }
  out.append(text, start);
  out += '"';
}

void append_json_integer(std::string& out, std::int64_t value) {
  char digits[24];
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end.ptr);
}

void append_json_id(std::string& out, const Id& id) {
  out += '"';
  out += id.hex();
  out += '"';
}

JsonReader::JsonReader(std::string_view text, const char* what)
    : at_(text.data()), end_(text.data() + text.size()), what_(what) {
  if (text.size() > metadata_bytes_max) fail("it is larger than 16 MiB");
}

void JsonReader::fail(const char* why) const {
  throw Error(ErrorCode::damaged, std::string("damaged ") + what_ + ": " + why);
}

void JsonReader::expect(std::string_view literal) {
  const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
  if (!left.starts_with(literal)) fail("it is not in canonical form");
  at_ += literal.size();
}

bool JsonReader::accept(char c) noexcept {
  if (at_ == end_ || *at_ != c) return false;
  ++at_;
  return true;
}

bool JsonReader::accept(std::string_view literal) noexcept {
  const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
  if (!left.starts_with(literal)) return false;
  at_ += literal.size();
  return true;
}

char JsonReader::next() {
  if (at_ == end_) fail("it ends too early");
  return *at_++;
}

std::string JsonReader::string() {
  if (!accept('"')) fail("it is not in canonical form");
  std::string out;
  for (;;) {
    const char* start = at_;
    while (at_ != end_ && is_plain(*at_)) ++at_;
    out.append(start, at_);
    const char c = next();
    if (c == '"') break;
    if (c != '\\') fail("a string has a control character");
    out += escaped_character();
  }
  if (!is_utf8(out)) fail("a string is not UTF-8");
  return out;
}

/// What an escape stands for; only the escapes that append_json_string writes are canonical.
char JsonReader::escaped_character() {
  const char letter = next();
  if (const std::size_t i = escape_letters.find(letter); i != std::string_view::npos) {
    return escape_meanings[i];
  }
  if (letter != 'u') fail("it is not in canonical form");
  expect("00");
  const char digits[2] = {next(), next()};
  if (!is_lower_hex({digits, 2})) fail("it is not in canonical form");
  const int value = hex_value(digits[0]) << 4 | hex_value(digits[1]);
  const char c = static_cast<char>(value);
  if (value == 0) fail("a string has a NUL");
  if (value >= 0x20 || escape_meanings.find(c) != std::string_view::npos) fail("it is not in canonical form");
  return c;
}

std::int64_t JsonReader::integer() {
  std::int64_t value = 0;
  const std::from_chars_result result = std::from_chars(at_, end_, value);
  if (result.ec != std::errc{}) fail("a number is missing or too large");
  const std::string_view text(at_, static_cast<std::size_t>(result.ptr - at_));
  const bool canonical = text == "0" || (text[0] != '0' && !text.starts_with("-0"));
  if (!canonical) fail("it is not in canonical form");
  at_ = result.ptr;
  return value;
}

Id JsonReader::id() {
  if (end_ - at_ < 66) fail("it ends too early");
  const std::string_view digits(at_ + 1, 64);
  Id id;
  if (at_[0] != '"' || at_[65] != '"' || !is_lower_hex(digits) || !from_hex(digits, id.bytes)) {
    fail("an id is malformed");
  }
  at_ += 66;
  return id;
}

void JsonReader::expect_end() const {
  if (at_ != end_) fail("bytes follow the end");
}

}  // namespace vstore
