// cli/files.h - small text files, whole.
#pragma once

#include <string>

namespace vstore::cli {

/// Everything in a file; "-" is standard input. Throws Error(io).
std::string read_text_file(const std::string& path);
/// Replaces a file's content; not durable. Throws Error(io).
void write_text_file(const std::string& path, const std::string& text);

}  // namespace vstore::cli
