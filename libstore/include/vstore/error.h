// vstore/error.h - the one error type of the library.
//
// Every function of libstore reports failure by throwing vstore::Error; "not there" is a
// std::optional where absence is an ordinary answer. No other exception type leaves the library
// (std::bad_alloc excepted). See docs/adr/0001-errors.md.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace vstore {

/// What a caller can do about an error. Each code maps to one exit code of the command line tool.
enum class ErrorCode {
  not_found,    ///< a named thing does not exist (exit 1)
  refused,      ///< a negative answer: would overwrite, nothing to do, conflict (exit 1)
  usage,        ///< the request makes no sense: bad name, bad revision syntax, not a store (exit 2)
  unsupported,  ///< written by a newer vstore; this one must not touch it (exit 2)
  damaged,      ///< bytes in the store are not what they must be (exit 3)
  lost_race,    ///< a ref moved, a lock timed out, a file changed while it was read: try again (exit 4)
  io,           ///< the operating system said no: disk full, permission, device error (exit 5)
  remote,       ///< a remote store failed (exit 6)
};

/// An error: `what()` says what went wrong in lower case without a full stop and already contains
/// the quoted subject; `hint()` is the remedy, or empty.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& what, std::string hint = {}, int sys_errno = 0)
      : std::runtime_error(what), code_(code), hint_(std::move(hint)), errno_(sys_errno) {}

  ErrorCode code() const noexcept { return code_; }
  const std::string& hint() const noexcept { return hint_; }
  /// The errno behind an `io` error, or 0.
  int sys_errno() const noexcept { return errno_; }

 private:
  ErrorCode code_;
  std::string hint_;
  int errno_;
};

/// Throws an `io` error for the current errno: "cannot <verb> '<subject>': <strerror>", with the
/// fitting hint (disk full, read-only file system, permission, descriptor limit).
[[noreturn]] void throw_errno(const char* verb, const std::string& subject);
/// The same for a given errno value.
[[noreturn]] void throw_errno(int err, const char* verb, const std::string& subject);

}  // namespace vstore
