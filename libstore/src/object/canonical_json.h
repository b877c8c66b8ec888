// object/canonical_json.h - the one spelling of JSON that metadata objects have (docs/format/objects.md).
//
// There is a single way to write each value, and the reader accepts no other, so what decodes encodes
// again to the same bytes and an object cannot have two ids. That also makes it simple: the caller says
// which bytes come next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "vstore/id.h"

namespace vstore {

/// A metadata object is at most so large; also keeps a hostile one from costing memory.
inline constexpr std::size_t metadata_bytes_max = 16u << 20;

/// Appends `text`, which is UTF-8 without NUL, as a JSON string.
void append_json_string(std::string& out, std::string_view text);
void append_json_integer(std::string& out, std::int64_t value);
void append_json_id(std::string& out, const Id& id);

/// Reads canonical JSON front to back. Everything throws `damaged` ("damaged <what>: ...") when
/// something else comes next. Belongs to one thread; the text must outlive it.
class JsonReader {
 public:
  JsonReader(std::string_view text, const char* what);

  /// Exactly these bytes come next.
  void expect(std::string_view literal);
  /// Takes `c` if it comes next.
  bool accept(char c) noexcept;
  /// Takes these bytes if they come next.
  bool accept(std::string_view literal) noexcept;
  /// A string: well-formed UTF-8, without NUL.
  std::string string();
  std::int64_t integer();
  /// A string of 64 lower-case hex digits.
  Id id();
  /// Nothing follows.
  void expect_end() const;
  [[noreturn]] void fail(const char* why) const;

 private:
  char next();
  char escaped_character();

  const char* at_;
  const char* end_;
  const char* what_;
};

}  // namespace vstore
