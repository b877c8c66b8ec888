// cli/spawn.h - running other programs: pager, editor, man.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace vstore::cli {

/// Starts a program found on PATH, with standard input from `input_fd` and standard output to `output_fd` if
/// they are not negative, with `environment` ("NAME=value") added to ours, and in `directory` unless that is empty.
/// Throws Error(io) if it cannot be started.
pid_t spawn(const std::vector<std::string>& words, int input_fd = -1,
            const std::vector<std::string>& environment = {}, int output_fd = -1, const std::string& directory = {});
/// A shell command with further words as its "$@".
std::vector<std::string> shell_words(const std::string& command, const std::vector<std::string>& arguments = {});
/// Waits for it; the exit code, or 128 + signal.
int wait_for(pid_t pid);
/// True if a program of that name is on PATH.
bool on_path(const std::string& program);

}  // namespace vstore::cli
