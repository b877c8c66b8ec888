#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace vstore {

void check_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "vstore: internal error: %s does not hold (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace vstore
