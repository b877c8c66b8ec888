// base/check.h - assertions that stay on in release: a broken belief stops the process before it can
// write nonsense. For bad bytes from outside, throw Error(damaged) instead.
#pragma once

namespace vstore {
[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;
}

#define VSTORE_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::vstore::check_failed(#expression, __FILE__, __LINE__))
