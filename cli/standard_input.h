// cli/standard_input.h - standard input as bytes and as lines, which may take turns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vstore::cli {

/// Buffered; belongs to one thread at a time.
class StandardInput {
 public:
  /// Fills `out`; fewer bytes are the end.
  std::size_t read(std::span<std::uint8_t> out);
  /// Without its newline; nullopt at the end.
  std::optional<std::string> line();

 private:
  bool fill();

  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace vstore::cli
