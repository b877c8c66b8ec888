// history/ref_names.cc - short names for refs and ids, both ways.
#include <array>

#include "vstore/revision.h"

namespace vstore {

std::optional<std::string> expand_ref(const Snapshot& snapshot, const RevisionContext& context,
                                      std::string_view name) {
  struct Rule {
    std::string_view before;
    std::string_view after;
  };
  static constexpr std::array<Rule, 6> kRules{{{"", ""},
                                               {"refs/", ""},
                                               {"refs/tags/", ""},
                                               {"refs/heads/", ""},
                                               {"refs/remotes/", ""},
                                               {"refs/remotes/", "/HEAD"}}};
  if (name.empty()) return std::nullopt;
  if (name == "HEAD" || name == "@") name = context.head;
  std::optional<std::string> first;
  for (const Rule& rule : kRules) {
    std::string full = std::string(rule.before).append(name).append(rule.after);
    if (!snapshot.ref(full)) continue;
    if (!first && !context.warn) return full;
    if (first) {
      context.warn("'" + std::string(name) + "' is ambiguous: it means '" + *first + "', not '" + full + "'");
      break;
    }
    first = std::move(full);
  }
  return first;
}

std::string abbreviate(const Snapshot& snapshot, const Id& id, std::size_t digits) {
  constexpr std::size_t kDigitsMax = 64;
  const std::string hex = id.hex();
  while (digits < kDigitsMax && snapshot.find_prefix(std::string_view(hex).substr(0, digits), 2).size() > 1) {
    ++digits;
  }
  return hex.substr(0, digits);
}

}  // namespace vstore
