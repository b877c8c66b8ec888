// cli/standard_input.h - standard input, or another descriptor, as bytes and as lines, which may take turns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vstore::cli {

/// Buffered; belongs to one thread at a time.
class StandardInput {
 public:
  explicit StandardInput(int fd = 0, std::string name = "standard input") : fd_(fd), name_(std::move(name)) {}
  /// Fills `out`; fewer bytes are the end.
  std::size_t read(std::span<std::uint8_t> out);
  /// Without its newline; nullopt at the end.
  std::optional<std::string> line();

 private:
  bool fill();

  const int fd_;
  const std::string name_;  // for messages
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace vstore::cli
