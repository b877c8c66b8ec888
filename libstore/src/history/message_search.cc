#include "history/message_search.h"

#include "history/commit_match.h"
#include "vstore/history.h"

namespace vstore {

std::optional<Id> find_by_message(const Snapshot& snapshot, std::vector<Id> from, const std::string& text) {
  std::string expression = text;
  bool wanted = true;
  if (expression.starts_with('!')) {
    wanted = !expression.starts_with("!-");
    if (wanted && !expression.starts_with("!!")) {
      throw Error(ErrorCode::usage, "bad search '" + text + "': '!' must be followed by '-' or '!'");
    }
    expression.erase(0, wanted ? 1 : 2);
  }
  const Pattern pattern(expression, false);
  LogOptions options;
  options.set.include = std::move(from);
  LogWalk walk(snapshot, std::move(options));
  while (const auto entry = walk.next()) {
    if (pattern.matches(entry->commit.message) == wanted) return entry->id;
  }
  return std::nullopt;
}

std::vector<Id> all_tips(const Snapshot& snapshot, const std::string& head) {
  std::vector<Id> tips;
  for (const Ref& ref : snapshot.refs("refs/")) {
    if (const auto commit = snapshot.ref_commit(ref.name)) tips.push_back(*commit);
  }
  if (const auto commit = snapshot.ref_commit(head)) tips.push_back(*commit);
  return tips;
}

}  // namespace vstore
