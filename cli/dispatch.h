// cli/dispatch.h - from argv to an exit code.
#pragma once

namespace vstore::cli {

/// Runs one command line: global options, command, its options. Never throws.
int run(int argc, char** argv) noexcept;

}  // namespace vstore::cli
