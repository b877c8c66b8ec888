// vstore/config.h - configuration files in git's syntax and key names (section.key, section.sub.key).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vstore {

/// One configuration file, parsed: a value without ties to the file. Values keep their order; a later value of
/// a key wins in get(). Keys are compared after normalize_key(). Failing to read or write is an `io` error.
class ConfigFile {
 public:
  /// Parses text; `usage` with file name and line on bad syntax.
  static ConfigFile parse(std::string_view text, const std::string& file_name);
  /// Reads a file; empty configuration if it does not exist.
  static ConfigFile load(const std::string& path);

  std::optional<std::string> get(std::string_view key) const;
  std::vector<std::string> get_all(std::string_view key) const;
  const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }

  /// Sets (replacing the last value) or unsets, keeping comments and layout, and writes the file
  /// atomically (temporary, sync, rename). `not_found` when unsetting what is not there.
  static void set(const std::string& path, std::string_view key, std::string_view value);
  static void unset(const std::string& path, std::string_view key);

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

/// git's booleans: true/yes/on/1, false/no/off/0/empty; nullopt otherwise.
std::optional<bool> parse_bool(std::string_view value);
/// Integers with k, m, g suffix.
std::optional<std::int64_t> parse_size(std::string_view value);

/// "core.bigFile" -> section and sub-section lower-cased where git does; `usage` if malformed.
std::string normalize_key(std::string_view key);

}  // namespace vstore
