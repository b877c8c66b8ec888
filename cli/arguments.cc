#include "cli/arguments.h"

#include <sys/stat.h>

#include "cli/context.h"
#include "vstore/names.h"

namespace vstore::cli {

bool is_revision(Context& context, const std::string& expression) try {
  resolve(context.snapshot(), context.revisions(), expression);
  return true;
} catch (const Error& error) {
  if (error.code() == ErrorCode::not_found || error.code() == ErrorCode::usage) return false;
  throw;
}

void fail_neither(Context& context, const std::string& argument) {
  std::string what = "'" + escape_for_terminal(argument) + "' is no revision";
  try {
    resolve(context.snapshot(), context.revisions(), argument);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;  // bad syntax, several candidates
    what = error.what();  // says which part of it is wrong
  }
  throw Error(ErrorCode::not_found, what + ", nor is there a path of that name",
              "use '--' to separate paths from revisions: vstore COMMAND [REVISION]... -- [PATH]...");
}

bool is_path(Context& context, const std::string& argument) {
  struct stat info {};
  if (::lstat(argument.c_str(), &info) == 0) return true;
  Workspace* workspace = context.workspace_or_null();
  if (!workspace) return false;
  if (argument.find_first_of("*?[") != argument.npos) return true;
  std::string path;
  try {
    path = context.workspace_path(argument);
  } catch (const Error&) {
    return false;  // outside: not one of our paths
  }
  const Snapshot snapshot = context.snapshot();
  const Tree stage = snapshot.tree(workspace->stage_root());
  return stage.get(path) || stage.has_directory(path);
}

RevisionAndPaths split_revision(Context& context, const std::vector<std::string>& arguments, bool dashes,
                                const std::vector<std::string>& after) {
  RevisionAndPaths result;
  if (dashes) {
    if (arguments.size() > 1) {
      throw Error(ErrorCode::usage, "only one revision is expected before '--', not '" +
                                        escape_for_terminal(arguments[1]) + "' too");
    }
    if (!arguments.empty()) result.revision = arguments[0];
    result.paths = after;
    return result;
  }
  if (arguments.empty()) return result;
  const std::string quoted = "'" + escape_for_terminal(arguments[0]) + "'";
  const bool revision = is_revision(context, arguments[0]);
  const bool path = is_path(context, arguments[0]);
  if (revision && path && arguments.size() == 1) {
    throw Error(ErrorCode::usage, quoted + " is both a revision and a path",
                "put '--' after it for the revision, before it for the path");
  }
  if (!revision && !path) fail_neither(context, arguments[0]);
  if (revision) result.revision = arguments[0];
  result.paths.assign(arguments.begin() + (revision ? 1 : 0), arguments.end());
  return result;
}

}  // namespace vstore::cli
