// cli/trailers.h - lines such as "Signed-off-by: Ada" at the end of a commit's message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vstore::cli {

/// What %(trailers:OPTIONS) shows: the options are git's. Throws nothing: an unknown option gives nullopt.
std::optional<std::string> trailers_text(std::string_view message, std::string_view options);

}  // namespace vstore::cli
