#include "cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "vstore/error.h"

namespace vstore::cli {
namespace {

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::plain: return "";
    case Colour::bold: return "\x1b[1m";
    case Colour::red: return "\x1b[31m";
    case Colour::green: return "\x1b[32m";
    case Colour::yellow: return "\x1b[33m";
    case Colour::blue: return "\x1b[34m";
    case Colour::magenta: return "\x1b[35m";
    case Colour::cyan: return "\x1b[36m";
    case Colour::dim: return "\x1b[2m";
  }
  return "";
}

/// Writes everything; returns 0 or the errno.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace

std::string Output::paint(Colour colour, std::string_view text) const {
  if (!coloured_ || colour == Colour::plain) return std::string(text);
  return std::string(code_of(colour)).append(text).append("\x1b[m");
}

void Output::flush() {
  if (buffer_.empty()) return;
  if (before_first_) std::exchange(before_first_, nullptr)();
  const int err = write_all(fd_, buffer_);
  buffer_.clear();
  if (err == EPIPE) throw BrokenPipe{};
  if (err != 0) {
    throw Error(ErrorCode::io, std::string("cannot write 'standard output': ") + std::strerror(err),
                "what the command was to do may be done: look before you run it again");
  }
}

void print_error_line(std::string_view line) {
  std::string safe;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      safe += c;
      continue;
    }
    char escape[5];
    std::snprintf(escape, sizeof escape, "\\%03o", static_cast<unsigned>(byte));
    safe += escape;
  }
  write_all(2, safe + "\n");
}

std::string human_bytes(std::uint64_t bytes) {
  static const char* const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text;
}

std::string count_of(std::uint64_t count, std::string_view singular, std::string_view plural) {
  std::string text = std::to_string(count) + " ";
  if (count == 1) return text.append(singular);
  if (!plural.empty()) return text.append(plural);
  return text.append(singular) + "s";
}

}  // namespace vstore::cli
