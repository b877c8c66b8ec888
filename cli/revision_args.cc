#include "cli/revision_args.h"

#include "cli/arguments.h"
#include "cli/context.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

std::string quoted(const std::string& argument) { return "'" + escape_for_terminal(argument) + "'"; }

bool is_revision_or_range(Context& context, const std::string& argument) {
  if (const auto revision = revision_of_parents(argument)) return is_revision(context, *revision);
  if (const auto range = split_range(argument)) {
    const auto is_end = [&](const std::string& end) { return end.empty() || is_revision(context, end); };
    return is_end(range->left) && is_end(range->right);
  }
  return is_revision(context, argument.starts_with('^') ? argument.substr(1) : argument);
}

/// Of a range, the end that is wrong is what to speak of.
[[noreturn]] void neither(Context& context, const std::string& argument) {
  const auto range = split_range(argument);
  if (!range) fail_neither(context, argument.starts_with('^') ? argument.substr(1) : argument);
  const bool left_is_wrong = !range->left.empty() && !is_revision(context, range->left);
  fail_neither(context, left_is_wrong ? range->left : range->right);
}

[[noreturn]] void both(const std::string& argument) {
  throw Error(ErrorCode::usage, quoted(argument) + " is both a revision and a path",
              "put '--' after it for the revision, before it for the path");
}

}  // namespace

RevisionArguments split_revisions(Context& context, const std::vector<std::string>& arguments, bool dashes,
                                  const std::vector<std::string>& after) {
  RevisionArguments result;
  if (dashes) {
    result.revisions = arguments;
    for (const std::string& path : after) result.paths.push_back(dataset_path(context, path));
    return result;
  }
  for (const std::string& argument : arguments) {
    const bool revision = result.paths.empty() && is_revision_or_range(context, argument);
    const bool path = is_path(context, argument);
    if (revision && path) both(argument);
    if (!revision && !path) neither(context, argument);
    if (revision) result.revisions.push_back(argument);
    else result.paths.push_back(dataset_path(context, argument));
  }
  return result;
}

std::optional<std::string> revision_of_parents(const std::string& argument) {
  const std::size_t caret = argument.rfind('^');
  if (caret == argument.npos || caret == 0) return std::nullopt;
  const std::string_view rest = std::string_view(argument).substr(caret + 1);
  const bool numbered = rest.starts_with('-') && rest.find_first_not_of("0123456789", 1) == rest.npos;
  if (rest != "@" && rest != "!" && !numbered) return std::nullopt;
  return argument.substr(0, caret);
}

std::string dataset_path(Context& context, const std::string& argument) {
  if (context.workspace_or_null()) return context.workspace_path(argument);
  std::string path = argument;
  while (path.starts_with("./")) path.erase(0, 2);
  while (path.ends_with('/')) path.pop_back();
  return path == "." ? "" : path;
}

}  // namespace vstore::cli
