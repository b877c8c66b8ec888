#include "workspace/path_match.h"

namespace vstore {

std::function<bool(std::string_view)> PathSelection::matcher() const {
  return [matcher = PathMatcher(*this)](std::string_view path) mutable { return matcher.matches(path); };
}

}  // namespace vstore
