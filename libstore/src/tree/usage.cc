#include "tree/usage.h"

#include <string>

#include "tree/name_rule.h"
#include "tree/node_format.h"
#include "tree/tree_node.h"
#include "vstore/error.h"

namespace vstore {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

void demand_key(std::string_view key) {
  if (key.empty()) throw Error(ErrorCode::usage, "a key of a tree is empty");
  if (key.size() > tree_format::kKeySizeMax) {
    throw Error(ErrorCode::usage, "path too long: " + quoted(key.substr(0, 60)) + "... has " +
                                      std::to_string(key.size()) + " bytes",
                "at most 4096 bytes are possible");
  }
}

void demand_entry(std::string_view key, const Entry& entry) {
  demand_key(key);
  if (const char* fault = entry_fault(key, entry.kind, entry.size, entry.id.is_null())) {
    throw Error(ErrorCode::usage, std::string(fault) + ": " + quoted(key));
  }
  if (const std::string fault = name_fault(key, entry.kind); !fault.empty()) {
    throw Error(ErrorCode::usage, quoted(key) + " cannot be in a tree: " + fault);
  }
}

void demand_ascending(std::string_view previous, std::string_view key) {
  if (previous < key) return;
  throw Error(ErrorCode::usage, "keys of a tree do not ascend: " + quoted(key) + " after " + quoted(previous));
}

void fail_path_conflict(std::string_view upper, std::string_view lower) {
  throw Error(ErrorCode::usage, quoted(upper) + " and " + quoted(lower) + " cannot be in one tree",
              "remove one of them first: a path is either a file or a directory");
}

}  // namespace vstore
