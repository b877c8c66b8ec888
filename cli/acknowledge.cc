#include "cli/acknowledge.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cli/context.h"

namespace vstore::cli {
namespace {

std::optional<int> parse_descriptor(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_writable(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

/// A recorder that went away must not end a command whose commit is durable.
void write_line(int descriptor, const std::string& line) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  while (::write(descriptor, line.data(), line.size()) < 0 && errno == EINTR) {
  }
  std::signal(SIGPIPE, before);
}

}  // namespace

Acknowledger::Acknowledger(Context& context) : context_(context) {
  const char* text = std::getenv("VSTORE_ACK_FD");
  if (text == nullptr || *text == '\0') return;
  descriptor_ = parse_descriptor(text);
  if (descriptor_ && is_writable(*descriptor_)) return;
  throw Error(ErrorCode::usage, "VSTORE_ACK_FD='" + std::string(text) + "' is no descriptor open for writing",
              "open it in the shell, as in VSTORE_ACK_FD=9 vstore commit ... 9>>acknowledged");
}

void Acknowledger::acknowledge(const Id& commit) const {
  if (descriptor_) write_line(*descriptor_, commit.hex() + "\n");
  context_.hooks().after_commit(commit, [&] { return context_.store().snapshot().commit(commit); });
}

}  // namespace vstore::cli
