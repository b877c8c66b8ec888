// cli/merge_text.h - what is said about merges, the same for every command that merges.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json.h"
#include "vstore/merge.h"
#include "vstore/workspace.h"

namespace vstore::cli {

class Args;
class Context;

/// -X and the conflict style.
struct MergeFlags {
  std::vector<std::string> favors;

  void declare(Args& args);
  /// With the labels for HEAD and for `theirs`; throws Error(usage) for an unknown -X.
  MergeOptions options(Context& context, const std::string& ours, const std::string& theirs) const;
};

/// "Auto-merging a" and "CONFLICT (content): Merge conflict in a", as git says it.
void print_merge_lines(Context& context, const TreeMerge& merge, const MergeOptions& options);

/// {"path", "reason", "other_path", "base", "ours", "theirs"} for each.
Json conflicts_json(const std::vector<MergeConflict>& conflicts);

}  // namespace vstore::cli
