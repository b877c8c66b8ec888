#include "cli/errors.h"

#include <exception>
#include <mutex>
#include <new>
#include <set>
#include <string>

#include "cli/interrupt.h"
#include "cli/output.h"

namespace vstore::cli {
namespace {

constexpr int kExitInterrupted = 130;
constexpr int kExitBrokenPipe = 141;

/// Its first line, and below it what it lists, an item a line.
void print_message(std::string_view text) {
  const std::string_view separator = "\n\t";
  for (bool first = true;; first = false) {
    const std::size_t end = std::min(text.find(separator), text.size());
    print_error_line((first ? "" : "    ") + std::string(text.substr(0, end)));
    if (end == text.size()) return;
    text.remove_prefix(end + separator.size());
  }
}

int report(const Error& error) {
  if (interrupted()) {
    print_error_line("vstore: interrupted");
    return kExitInterrupted;
  }
  print_message("vstore: " + std::string(error.what()));
  if (!error.hint().empty()) print_error_line("hint: " + error.hint());
  return exit_code(error.code());
}

}  // namespace

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found:
    case ErrorCode::refused: return 1;
    case ErrorCode::usage:
    case ErrorCode::unsupported: return 2;
    case ErrorCode::damaged: return 3;
    case ErrorCode::lost_race: return 4;
    case ErrorCode::io: return 5;
    case ErrorCode::remote: return 6;
  }
  return 5;
}

int report_current_exception() noexcept try {
  try {
    throw;
  } catch (const Error& error) {
    return report(error);
  } catch (const BrokenPipe&) {
    return kExitBrokenPipe;
  } catch (const std::bad_alloc&) {
    print_error_line("vstore: out of memory");
    return exit_code(ErrorCode::io);
  } catch (const std::exception& error) {
    print_error_line("vstore: unexpected error: " + std::string(error.what()));
    print_error_line("hint: this is a bug in vstore; please report it");
    return exit_code(ErrorCode::io);
  }
} catch (...) {
  return exit_code(ErrorCode::io);  // not even the message could be made
}

void warn(std::string_view text) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> told;
  const std::lock_guard lock(mutex);
  if (told.emplace(text).second) print_error_line("vstore: warning: " + std::string(text));
}

}  // namespace vstore::cli
