// cli/commit_report.h - what `vstore commit` says about the commit it made.
#pragma once

#include "vstore/workspace.h"

namespace vstore::cli {

class Context;

/// "[main 1a2b3c4d5e] subject", whose it is if not ours, and how much changed:
/// " 3 files changed (1 added, 1 modified, 1 deleted), +12.3 MB". Lines say nothing about data; the bytes are
/// by how much the dataset grew or shrank.
void print_commit_report(Context& context, const CommitResult& result);
/// The same as a JSON document (docs/json.md).
void print_commit_document(Context& context, const CommitResult& result);

}  // namespace vstore::cli
