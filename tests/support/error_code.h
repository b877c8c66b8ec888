// tests/support/error_code.h - which error a call ends with.
#pragma once

#include <functional>
#include <optional>

#include "vstore/error.h"

namespace vstore::test {

/// The code of the Error that `call` throws; nullopt if it throws none.
inline std::optional<ErrorCode> code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace vstore::test
