#include "cli/tar_writer.h"

#include <cstdio>
#include <cstring>

#include "cli/output.h"

namespace vstore::cli {
namespace {

constexpr std::size_t block_bytes = 512;
constexpr std::size_t name_max = 100;
constexpr std::uint64_t octal_size_max = 077777777777;

/// "<length> <key>=<value>\n", where the length counts itself.
std::string pax_record(const std::string& key, const std::string& value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) length = std::to_string(length).size() + rest;
  return std::to_string(length) + " " + key + "=" + value + "\n";
}

void octal(char* field, std::size_t width, std::uint64_t value) {
  std::snprintf(field, width, "%0*llo", static_cast<int>(width) - 1, static_cast<unsigned long long>(value));
}

}  // namespace

void TarWriter::header(const std::string& path, char type, unsigned mode, std::uint64_t size, const std::string& target) {
  std::string records;
  if (path.size() > name_max) records += pax_record("path", path);
  if (target.size() > name_max) records += pax_record("linkpath", target);
  if (size > octal_size_max) records += pax_record("size", std::to_string(size));
  if (!records.empty()) pax(records);
  block(path, type, mode, size, target);
}

void TarWriter::pax(const std::string& records) {
  block("pax_header", 'x', 0644, records.size(), {});
  content(records);
  finish_file();
}

void TarWriter::block(const std::string& name, char type, unsigned mode, std::uint64_t size, const std::string& target) {
  char raw[block_bytes] = {};
  std::memcpy(raw, name.data(), std::min(name.size(), name_max));
  octal(raw + 100, 8, mode);
  octal(raw + 108, 8, 0);
  octal(raw + 116, 8, 0);
  octal(raw + 124, 12, size > octal_size_max ? 0 : size);
  octal(raw + 136, 12, seconds_ < 0 ? 0 : static_cast<std::uint64_t>(seconds_));
  std::memset(raw + 148, ' ', 8);
  raw[156] = type;
  std::memcpy(raw + 157, target.data(), std::min(target.size(), name_max));
  std::memcpy(raw + 257, "ustar\0" "00", 8);
  octal(raw + 329, 8, 0);
  octal(raw + 337, 8, 0);
  unsigned sum = 0;
  for (const char c : raw) sum += static_cast<unsigned char>(c);
  std::snprintf(raw + 148, 8, "%06o", sum);
  raw[155] = ' ';
  out_.print(std::string_view(raw, block_bytes));
  written_ = 0;
}

void TarWriter::content(std::string_view bytes) {
  out_.print(bytes);
  written_ += bytes.size();
}

void TarWriter::finish_file() {
  const std::size_t over = written_ % block_bytes;
  if (over != 0) out_.print(std::string(block_bytes - over, '\0'));
  written_ = 0;
}

void TarWriter::finish() { out_.print(std::string(2 * block_bytes, '\0')); }

}  // namespace vstore::cli
