#include "tree/name_rule.h"

#include "base/name_scan.h"
#include "vstore/names.h"

namespace vstore {

std::string name_fault(std::string_view key, Kind kind) {
  if (is_ref(kind)) return ref_name_problem(key);
  return is_ordinary_path(key) ? std::string() : path_problem(key);
}

}  // namespace vstore
