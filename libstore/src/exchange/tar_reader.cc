#include "exchange/tar_reader.h"

#include <array>
#include <charconv>
#include <cstring>

#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore {
namespace {

/// Names and pax records are kept in memory.
constexpr std::uint64_t text_bytes_max = 1u << 20;
constexpr std::uint64_t size_max = INT64_MAX;

// Where the fields of a header lie (POSIX.1-2017, pax, "ustar Interchange Format").
struct Field {
  std::size_t at, length;
};
constexpr Field name_field{0, 100}, mode_field{100, 8}, size_field{124, 12}, checksum_field{148, 8},
    target_field{157, 100}, magic_field{257, 6}, prefix_field{345, 155};
constexpr std::size_t type_at = 156;

using Header = std::array<char, 512>;

[[noreturn]] void malformed(const std::string& what) {
  throw Error(ErrorCode::io, "malformed tar archive: " + what, "'tar -tf' says whether others can read it");
}

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw Error(ErrorCode::refused, "the archive has '" + escape_for_terminal(path) + "', " + what,
              "make the archive without it");
}

std::string_view view(const Header& header, Field field) { return {header.data() + field.at, field.length}; }

/// Up to the first NUL.
std::string text(const Header& header, Field field) {
  const std::string_view bytes = view(header, field);
  return std::string(bytes.substr(0, bytes.find('\0')));
}

/// Octal digits between blanks, or GNU's big-endian bytes after one with the high bit.
std::uint64_t number(const Header& header, Field field) {
  std::string_view bytes = view(header, field);
  if (bytes[0] & 0x80) {
    std::uint64_t value = static_cast<unsigned char>(bytes[0]) & 0x7f;
    for (const char c : bytes.substr(1)) {
      if (value >> 55) malformed("a number is too large or negative");
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  while (!bytes.empty() && bytes.front() == ' ') bytes.remove_prefix(1);
  bytes = bytes.substr(0, bytes.find_first_of(std::string_view(" \0", 2)));
  std::uint64_t value = 0;
  for (const char c : bytes) {
    if (c < '0' || c > '7') malformed("a number has other characters than octal digits");
    value = value << 3 | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

bool is_zero(const Header& header) {
  return std::string_view(header.data(), header.size()).find_first_not_of('\0') == std::string_view::npos;
}

/// The sum of all bytes, the sum's own field taken as blanks. Some old writers added signed bytes.
bool has_right_checksum(const Header& header) {
  long sum = 0, signed_sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool own = i >= checksum_field.at && i < checksum_field.at + checksum_field.length;
    const char c = own ? ' ' : header[i];
    sum += static_cast<unsigned char>(c);
    signed_sum += static_cast<signed char>(c);
  }
  const auto noted = static_cast<long>(number(header, checksum_field));
  return noted == sum || noted == signed_sum;
}

std::string path_of(const Header& header) {
  const std::string name = text(header, name_field);
  if (view(header, magic_field) != std::string_view("ustar\0", 6)) return name;  // GNU has other things there
  const std::string prefix = text(header, prefix_field);
  return prefix.empty() ? name : prefix + "/" + name;
}

std::uint64_t parse_decimal(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size())
    malformed("a pax record's number is none");
  return value;
}

/// Takes "<length> <key>=<value>\n" off the front; the length counts the whole record.
std::pair<std::string_view, std::string_view> take_record(std::string_view& records) {
  const std::size_t blank = records.find(' ');
  if (blank == records.npos) malformed("a pax record has no length");
  const std::uint64_t length = parse_decimal(records.substr(0, blank));
  if (length > records.size() || length < blank + 3) malformed("a pax record's length is wrong");
  std::string_view record = records.substr(blank + 1, length - blank - 1);
  records.remove_prefix(length);
  if (record.back() != '\n') malformed("a pax record does not end in a newline");
  record.remove_suffix(1);
  const std::size_t equals = record.find('=');
  if (equals == record.npos) malformed("a pax record has no value");
  return {record.substr(0, equals), record.substr(equals + 1)};
}

const char* kind_of(char type) {
  switch (type) {
    case '3':
    case '4':
      return "a device";
    case '6':
      return "a named pipe";
    case 'S':
      return "a sparse file in GNU's form";
    case 'M':
      return "the rest of a file in another volume";
    default:
      return "an entry of an unknown type";
  }
}

}  // namespace

std::size_t TarReader::read(std::span<std::uint8_t> out) {
  const std::size_t wanted = std::min<std::uint64_t>(out.size(), left_);
  const std::size_t n = wanted == 0 ? 0 : bytes_(out.first(wanted));
  left_ -= n;
  if (n < wanted) malformed("it ends within a file");
  return n;
}

void TarReader::skip_content() {
  std::array<std::uint8_t, 16384> buffer;
  while (left_ > 0) read(buffer);
  left_ = std::exchange(padding_, 0);
  while (left_ > 0) read(buffer);
}

void TarReader::begin_content(std::uint64_t size) {
  if (size > size_max) malformed("a size is too large");
  left_ = size;
  padding_ = (block_bytes - size % block_bytes) % block_bytes;
}

/// False at the end of the archive, which blocks of zeros mark.
bool TarReader::read_header(Header& header) {
  const std::size_t n = bytes_({reinterpret_cast<std::uint8_t*>(header.data()), header.size()});
  if (n < header.size()) malformed("it ends early");
  if (is_zero(header)) return false;
  if (!has_right_checksum(header)) malformed("a header's checksum is wrong");
  return true;
}

/// Writers pad the end; who feeds a pipe wants to get rid of it.
void TarReader::drain() {
  std::array<std::uint8_t, 16384> buffer;
  while (bytes_(buffer) == buffer.size()) {
  }
}

std::string TarReader::read_text(std::uint64_t size) {
  if (size > text_bytes_max) malformed("a name is too long");
  begin_content(size);
  std::string text(static_cast<std::size_t>(size), '\0');
  read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  skip_content();
  return text;
}

void TarReader::read_records(std::uint64_t size, bool global) {
  const std::string all = read_text(size);
  for (std::string_view records = all; !records.empty();) {
    const auto [key, value] = take_record(records);
    const bool counts = key == "path" || key == "linkpath" || key == "size";
    if (global && counts) malformed("one '" + std::string(key) + "' for all entries");
    if (key.starts_with("GNU.sparse.")) malformed("it has sparse files; make it without --sparse");
    if (key == "path") path_ = value;
    if (key == "linkpath") target_ = value;
    if (key == "size") size_ = parse_decimal(value);
  }
}

TarEntry TarReader::entry_of(const Header& header, std::uint64_t size) {
  TarEntry entry;
  entry.path = path_ ? *std::exchange(path_, std::nullopt) : path_of(header);
  entry.target = target_ ? *std::exchange(target_, std::nullopt) : text(header, target_field);
  entry.executable = (number(header, mode_field) & 0100) != 0;
  entry.size = size_ ? *std::exchange(size_, std::nullopt) : size;
  switch (header[type_at]) {
    case '0':
    case '\0':
    case '7':
      break;
    case '1':
      entry.type = TarEntry::Type::hard_link;
      break;
    case '2':
      entry.type = TarEntry::Type::symlink;
      break;
    case '5':
      entry.type = TarEntry::Type::directory;
      break;
    default:
      refuse(entry.path, kind_of(header[type_at]));
  }
  const bool old_directory = header[type_at] == '\0' && entry.path.ends_with('/');
  if (old_directory) entry.type = TarEntry::Type::directory;
  if (entry.type != TarEntry::Type::file) entry.size = 0;  // some note a size there, but none has a content
  return entry;
}

std::optional<TarEntry> TarReader::next() {
  if (ended_) return std::nullopt;
  skip_content();
  Header header;
  while (read_header(header)) {
    const std::uint64_t size = number(header, size_field);
    switch (header[type_at]) {
      case 'x':
        read_records(size, false);
        continue;
      case 'g':
        read_records(size, true);
        continue;
      case 'L':
        path_ = read_text(size);
        path_->resize(std::strlen(path_->c_str()));
        continue;
      case 'K':
        target_ = read_text(size);
        target_->resize(std::strlen(target_->c_str()));
        continue;
      case 'V':
        read_text(size);
        continue;  // the archive's own name
      default:
        break;
    }
    TarEntry entry = entry_of(header, size);
    begin_content(entry.size);
    return entry;
  }
  drain();
  ended_ = true;
  return std::nullopt;
}

std::string clean_tar_path(std::string_view path) {
  std::string clean;
  if (path.starts_with('/')) refuse(std::string(path), "which leads outside");
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part == "..") refuse(std::string(path), "which leads outside");
    if (!part.empty() && part != ".") clean.append(clean.empty() ? "" : "/").append(part);
    at = end + 1;
  }
  if (clean.empty() || clean == ".vstore" || clean.starts_with(".vstore/")) return clean;
  if (const std::string problem = path_problem(clean); !problem.empty())
    refuse(clean, "which cannot be a path of a version: " + problem);
  return clean;
}

}  // namespace vstore
