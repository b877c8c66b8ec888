// cli/arguments.h - telling revisions from paths, as git does: what stands before `--` is a revision;
// without `--`, the first argument is a revision if it names one, and must not be a file as well.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace vstore::cli {

class Context;

struct RevisionAndPaths {
  std::optional<std::string> revision;
  std::vector<std::string> paths;
};

/// At most one revision, then paths. `dashes`: whether `--` was given; `after` is what followed it.
/// Throws Error(usage) if the first argument could be either, not_found if it is neither.
RevisionAndPaths split_revision(Context& context, const std::vector<std::string>& arguments, bool dashes,
                                const std::vector<std::string>& after);

/// True if the expression names something in the newest state.
bool is_revision(Context& context, const std::string& expression);
/// Throws not_found for an argument that is neither, saying why it is no revision.
[[noreturn]] void fail_neither(Context& context, const std::string& argument);
/// True if a file of that name, or a tracked path, or a pattern: fit to be a path argument.
bool is_path(Context& context, const std::string& argument);

}  // namespace vstore::cli
