// cli/output.h - standard output: buffered, coloured where wanted, errors noticed.
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <string_view>

namespace vstore::cli {

enum class Colour { plain, bold, red, green, yellow, blue, magenta, cyan, dim };

/// Belongs to one thread. Not flushed by its destructor: flush() can fail and says so.
class Output {
 public:
  Output(int fd, bool coloured) : fd_(fd), coloured_(coloured) {}

  /// Writes the parts one after the other: texts, characters, integers.
  template <class... Parts>
  void print(const Parts&... parts) {
    (append(parts), ...);
    if (buffer_.size() >= kFlushBytes) flush();
  }
  /// The text in colour, or as it is if output is not coloured.
  std::string paint(Colour colour, std::string_view text) const;
  bool coloured() const { return coloured_; }
  void set_coloured(bool coloured) { coloured_ = coloured; }

  /// Sends what is buffered. Throws Error(io) if that fails, BrokenPipe if nobody reads any more.
  void flush();
  /// Called once, before the first byte is sent (to start a pager, to take the progress line away).
  void before_first_flush(std::function<void()> call) { before_first_ = std::move(call); }

 private:
  static constexpr std::size_t kFlushBytes = 64 << 10;

  void append(std::string_view text) { buffer_ += text; }
  void append(char c) { buffer_ += c; }
  template <std::integral Number>
  void append(Number number) {
    buffer_ += std::to_string(number);
  }

  int fd_;
  bool coloured_;
  std::string buffer_;
  std::function<void()> before_first_;
};

/// Thrown when the reader of standard output went away; ends the process quietly with exit code 141.
struct BrokenPipe {};

/// Writes one line to standard error at once; failures are ignored, there is nowhere to report them.
void print_error_line(std::string_view line);

/// 1234567 -> "1.2 MB", powers of 1000, as df -H and the web have it.
std::string human_bytes(std::uint64_t bytes);
/// "1 file", "3 files".
std::string count_of(std::uint64_t count, std::string_view singular, std::string_view plural = {});

}  // namespace vstore::cli
