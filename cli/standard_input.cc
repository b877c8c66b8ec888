#include "cli/standard_input.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "vstore/error.h"

namespace vstore::cli {

bool StandardInput::fill() {
  constexpr std::size_t block = 1 << 20;
  buffer_.resize(block);
  at_ = 0;
  ssize_t n;
  while ((n = ::read(fd_, buffer_.data(), block)) < 0 && errno == EINTR) {}
  if (n < 0) throw_errno("read", name_);
  buffer_.resize(static_cast<std::size_t>(n));
  return n > 0;
}

std::size_t StandardInput::read(std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size() && (at_ < buffer_.size() || fill())) {
    const std::size_t n = std::min(out.size() - filled, buffer_.size() - at_);
    std::memcpy(out.data() + filled, buffer_.data() + at_, n);
    filled += n;
    at_ += n;
  }
  return filled;
}

std::optional<std::string> StandardInput::line() {
  std::string text;
  while (at_ < buffer_.size() || fill()) {
    const std::size_t end = buffer_.find('\n', at_);
    text.append(buffer_, at_, end == std::string::npos ? end : end - at_);
    at_ = end == std::string::npos ? buffer_.size() : end + 1;
    if (end != std::string::npos) return text;
  }
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace vstore::cli
