// cli/colour_spec.h - colours as git writes them: "bold red", "#ff8000 black", "reset".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vstore::cli {

/// The terminal's code for up to two colours (before, behind) and any attributes; empty for "normal". nullopt
/// if it is not a colour.
std::optional<std::string> colour_code(std::string_view spec);

}  // namespace vstore::cli
