// Which names are allowed, and how names are shown.
#include "vstore/names.h"

#include <cstdint>

#include "base/utf8.h"
#include "vstore/error.h"

namespace vstore {
namespace {

/// Calls `visit(component)` for each part between slashes until one returns a problem.
template <typename Visit>
std::string_view first_problem(std::string_view name, Visit visit) {
  for (;;) {
    const std::size_t slash = name.find('/');
    const std::string_view problem = visit(name.substr(0, slash));
    if (!problem.empty() || slash == std::string_view::npos) return problem;
    name.remove_prefix(slash + 1);
  }
}

// ---------------------------------------------------------------------------------------- refs --

std::string_view ref_component_problem(std::string_view part) {
  if (part.empty()) return "it has an empty component";
  if (part.front() == '.') return "a component begins with '.'";
  if (part.front() == '-') return "a component begins with '-'";
  if (part.ends_with(".lock")) return "a component ends with '.lock'";
  return {};
}

bool allowed_in_ref(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f && std::string_view("~^:?*[\\").find(c) == std::string_view::npos;
}

// --------------------------------------------------------------------------------------- paths --

constexpr std::size_t component_bytes_max = 255;
constexpr std::size_t path_bytes_max = 4095;

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// The code point of a well-formed character.
std::uint32_t code_point(std::string_view character) {
  constexpr std::uint32_t lead_mask[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t value = static_cast<unsigned char>(character[0]) & lead_mask[character.size()];
  for (char c : character.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return value;
}

/// Unicode's default ignorable code points, which ext4 with case folding and, in part, HFS+ drop when they
/// compare names.
bool is_ignorable(std::uint32_t c) {
  struct Range {
    std::uint32_t first, last;
  };
  static constexpr Range ranges[] = {
      {0xad, 0xad},       {0x34f, 0x34f},     {0x61c, 0x61c},   {0x115f, 0x1160}, {0x17b4, 0x17b5},
      {0x180b, 0x180f},   {0x200b, 0x200f},   {0x202a, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
      {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3},
      {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
  };
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

/// Whether `part` begins as a disguise of ".vstore" or "vstore~1" must: spares nearly every name the work
/// of folding it.
bool may_fold_to_metadata_directory(std::string_view part) {
  const auto could_be = [&](std::size_t i, char letter) {
    return static_cast<signed char>(part[i]) < 0 || ascii_lower(part[i]) == letter;
  };
  return part.size() >= 7 &&
         ((could_be(0, '.') && could_be(1, 'v')) || (could_be(0, 'v') && could_be(1, 's')));
}

/// The name as case-folding file systems compare it, as far as that can lead to ".vstore": ignorable code
/// points dropped, ASCII in lower case, and what else folds to 's' or "st".
std::string folded(std::string_view part) {
  std::string out;
  while (!part.empty()) {
    const std::size_t length = utf8_character(part);
    const std::string_view character = part.substr(0, length == 0 ? 1 : length);
    part.remove_prefix(character.size());
    if (length <= 1) {
      out += ascii_lower(character[0]);
      continue;
    }
    const std::uint32_t c = code_point(character);
    if (c == 0x17f) {
      out += 's';  // long s
    } else if (c == 0xfb05 || c == 0xfb06) {
      out += "st";  // its ligatures
    } else if (!is_ignorable(c)) {
      out += character;
    }
  }
  return out;
}

/// "vstore~1" to "vstore~9", and "vs" with four hash digits and "~1" or so: the short names that NTFS
/// and FAT may give ".vstore".
bool is_ntfs_short_name(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_hex = [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  if (name.size() != 8 || name[6] != '~' || name[7] < '1' || !is_digit(name[7])) return false;
  if (name.starts_with("vstore")) return true;
  return name.starts_with("vs") && is_hex(name[2]) && is_hex(name[3]) && is_hex(name[4]) && is_hex(name[5]);
}

/// Whether some file system takes `part`, which has no separator, for the metadata directory.
bool names_metadata_directory(std::string_view part) {
  if (!may_fold_to_metadata_directory(part)) return false;
  std::string name = folded(part);
  // NTFS: a stream ("name:stream"), then trailing dots and spaces, do not belong to the name.
  if (const std::size_t colon = name.find(':'); colon != std::string::npos) name.resize(colon);
  while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.pop_back();
  return name == ".vstore" || is_ntfs_short_name(name);
}

/// The same for a component: on Windows a backslash separates too.
bool means_metadata_directory(std::string_view part) {
  for (;;) {
    const std::size_t end = part.find('\\');
    if (names_metadata_directory(part.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    part.remove_prefix(end + 1);
  }
}

std::string_view path_component_problem(std::string_view part) {
  if (part.empty()) return "it has an empty component";
  if (part == "." || part == "..") return "it has a component '.' or '..'";
  if (part.size() > component_bytes_max) return "a component is longer than 255 bytes";
  if (means_metadata_directory(part)) return "a component names vstore's own directory";
  return {};
}

// --------------------------------------------------------------------------------------- shown --

void append_octal(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '\\';
  out += static_cast<char>('0' + (byte >> 6));
  out += static_cast<char>('0' + (byte >> 3 & 7));
  out += static_cast<char>('0' + (byte & 7));
}

/// C0 and C1 control characters and DEL. C1 ones are two bytes in UTF-8: terminals may obey them.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return character.size() == 2 && first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

/// Calls `plain` for each printable character and `unusual` for each byte of the others.
template <typename Plain, typename Unusual>
void for_each_character(std::string_view text, Plain plain, Unusual unusual) {
  while (!text.empty()) {
    const std::size_t length = utf8_character(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length != 0 && !is_control(character)) {
      plain(character);
    } else {
      for (char c : character) unusual(c);
    }
  }
}

/// The letter of a C escape ("n" for a newline), or 0.
char c_escape(char c) {
  constexpr std::string_view bytes = "\a\b\t\n\v\f\r\"\\", letters = "abtnvfr\"\\";
  const std::size_t at = bytes.find(c);
  return at == std::string_view::npos ? '\0' : letters[at];
}

}  // namespace

std::string ref_name_problem(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name == "@") return "'@' alone is no name";
  if (name.back() == '.') return "it ends with '.'";
  if (name.find("..") != std::string_view::npos) return "it contains '..'";
  if (name.find("@{") != std::string_view::npos) return "it contains '@{'";
  for (char c : name) {
    if (!allowed_in_ref(c)) return "it contains a space, a control byte or one of ~^:?*[\\";
  }
  return std::string(first_problem(name, ref_component_problem));
}

void check_ref_name(std::string_view name) {
  const std::string problem = ref_name_problem(name);
  if (problem.empty()) return;
  throw Error(ErrorCode::usage, "'" + escape_for_terminal(name) + "' is not a valid ref name: " + problem);
}

std::string path_problem(std::string_view path) {
  if (path.empty()) return "it is empty";
  if (path.front() == '/') return "it is absolute";
  if (path.size() > path_bytes_max) return "it is longer than 4095 bytes";
  if (path.find('\0') != std::string_view::npos) return "it contains a NUL byte";
  if (path.back() == '/') path.remove_suffix(1);
  return std::string(first_problem(path, path_component_problem));
}

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for_each_character(
      text, [&](std::string_view character) { out += character; }, [&](char c) { append_octal(out, c); });
  return out;
}

std::string quote_path(std::string_view path) {
  bool unusual = false;
  std::string out = "\"";
  const auto escape = [&](char c) {
    unusual = true;
    if (const char letter = c_escape(c)) {
      out += '\\';
      out += letter;
    } else {
      append_octal(out, c);
    }
  };
  const auto plain = [&](std::string_view character) {
    if (character == "\"" || character == "\\") {
      escape(character[0]);
    } else {
      out += character;
    }
  };
  for_each_character(path, plain, escape);
  return unusual ? out + '"' : std::string(path);
}

}  // namespace vstore
