// cli/taking_back.h - undo, redo and op restore: in a workspace with its files, in a store alone the refs.
#pragma once

#include <string>

#include "vstore/id.h"

namespace vstore::cli {

class Context;

/// Each says what it did unless `quiet`, and returns the exit code. With an empty `operation`, undo takes back the
/// newest operation that is not taken back yet; `refused` if there is none.
int undo_operation(Context& context, const std::string& operation, bool keep_files, bool quiet);
int redo_operation(Context& context, bool keep_files, bool quiet);
int restore_operation(Context& context, const std::string& operation, bool keep_files, bool quiet);

}  // namespace vstore::cli
