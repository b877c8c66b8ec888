// workspace/config_parser.h - git's configuration syntax, with the place of everything in the text so that
// an edit can leave the rest alone. See git-config(1), "Syntax".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vstore {

struct ConfigItem {
  bool is_section;    ///< a header; else a variable
  std::string key;    ///< normalised: "section[.sub]" or "section[.sub].name"
  std::string value;  ///< "true" for a name alone
  std::size_t begin;  ///< of the header or the name
  std::size_t end;    ///< past the header's ']' or the variable's line
};

/// Throws Error(usage) with `file_name` and the line.
std::vector<ConfigItem> parse_config(std::string_view text, const std::string& file_name);

/// The value as it must be written to be read back the same.
std::string quote_config_value(std::string_view value);

}  // namespace vstore
