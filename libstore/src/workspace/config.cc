#include "vstore/config.h"

#include <algorithm>
#include <charconv>

#include "base/hex.h"
#include "os/fs.h"
#include "vstore/error.h"
#include "workspace/config_parser.h"

namespace vstore {
namespace {

constexpr int lock_timeout_ms = 5000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string read_text(const std::string& path) {
  const auto file = os::real_fs().open_read(path);
  if (!file) return {};
  std::string text(static_cast<std::size_t>(file->size()), '\0');
  file->pread(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return text;
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void write_text(const std::string& path, std::string_view text) {
  os::Fs& fs = os::real_fs();
  std::uint8_t nonce[8];
  fs.random(nonce);
  const std::string temporary = path + ".tmp-" + to_hex(nonce);
  try {
    const auto file = fs.create(temporary);
    file->pwrite(0, as_bytes(text));
    file->datasync();
    fs.rename(temporary, path);
  } catch (const Error&) {
    if (!fs.poisoned()) fs.unlink(temporary);
    throw;
  }
  fs.sync_directory(parent_of(path));
}

/// Reads, edits and writes the file while nobody else does.
template <class Edit>
void edit_file(const std::string& path, Edit&& edit) {
  const auto lock = os::real_fs().lock(path + ".lock", os::LockMode::exclusive, lock_timeout_ms);
  if (!lock) {
    throw Error(ErrorCode::lost_race, "cannot lock '" + path + "': another process is changing it",
                "try again");
  }
  std::string text = read_text(path);
  edit(text, parse_config(text, path));
  write_text(path, text);
}

/// `[section "sub"]` for "section.sub".
std::string header_of(std::string_view section) {
  const std::size_t dot = section.find('.');
  if (dot == std::string_view::npos) return "[" + std::string(section) + "]\n";
  std::string out = "[" + std::string(section.substr(0, dot)) + " \"";
  for (const char c : section.substr(dot + 1)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"]\n";
}

/// The last item that `wanted` selects; items.end() if none.
template <class Wanted>
auto find_last(const std::vector<ConfigItem>& items, Wanted&& wanted) {
  const auto it = std::find_if(items.rbegin(), items.rend(), wanted);
  return it == items.rend() ? items.end() : std::prev(it.base());
}

/// The end of the last variable that stands under `section`'s last header.
std::size_t end_of_section(const std::vector<ConfigItem>& items,
                           std::vector<ConfigItem>::const_iterator header) {
  std::size_t end = header->end;
  for (auto it = std::next(header); it != items.end() && !it->is_section; ++it) end = it->end;
  return end;
}

void set_in_text(std::string& text, const std::vector<ConfigItem>& items, const std::string& key,
                 std::string_view value) {
  const std::size_t dot = key.rfind('.');
  const std::string line = key.substr(dot + 1) + " = " + quote_config_value(value) + "\n";
  const auto old =
      find_last(items, [&](const ConfigItem& item) { return !item.is_section && item.key == key; });
  if (old != items.end()) {
    text.replace(old->begin, old->end - old->begin, line);
    return;
  }
  const std::string section = key.substr(0, dot);
  const auto header =
      find_last(items, [&](const ConfigItem& item) { return item.is_section && item.key == section; });
  std::size_t end = text.size();
  std::string addition = "\t" + line;
  if (header == items.end()) {
    addition.insert(0, header_of(section));
  } else {
    end = end_of_section(items, header);
    if (end == header->end) {  // nothing below it yet: go to the next line
      if (end < text.size() && text[end] == '\n') ++end;
    }
  }
  if (end > 0 && text[end - 1] != '\n') addition.insert(0, "\n");
  text.insert(end, addition);
}

void unset_in_text(std::string& text, const std::vector<ConfigItem>& items, const std::string& key) {
  const auto old =
      find_last(items, [&](const ConfigItem& item) { return !item.is_section && item.key == key; });
  if (old == items.end())
    throw Error(ErrorCode::not_found, "no such configuration key: '" + key + "'",
                "'vstore config --list' lists those that are set");
  std::size_t begin = old->begin;
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
  const bool shares_line = begin > 0 && text[begin - 1] != '\n';
  text.replace(begin, old->end - begin, shares_line ? "\n" : "");
}

}  // namespace

ConfigFile ConfigFile::parse(std::string_view text, const std::string& file_name) {
  ConfigFile config;
  for (ConfigItem& item : parse_config(text, file_name)) {
    if (!item.is_section) config.entries_.emplace_back(std::move(item.key), std::move(item.value));
  }
  return config;
}

ConfigFile ConfigFile::load(const std::string& path) { return parse(read_text(path), path); }

std::optional<std::string> ConfigFile::get(std::string_view key) const {
  const std::string wanted = normalize_key(key);
  const auto it = std::find_if(entries_.rbegin(), entries_.rend(),
                               [&](const auto& entry) { return entry.first == wanted; });
  if (it == entries_.rend()) return std::nullopt;
  return it->second;
}

std::vector<std::string> ConfigFile::get_all(std::string_view key) const {
  const std::string wanted = normalize_key(key);
  std::vector<std::string> out;
  for (const auto& [name, value] : entries_) {
    if (name == wanted) out.push_back(value);
  }
  return out;
}

void ConfigFile::set(const std::string& path, std::string_view key, std::string_view value) {
  const std::string name = normalize_key(key);
  if (value.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::usage, "a configuration value can't hold a NUL byte: '" + name + "'");
  }
  edit_file(path, [&](std::string& text, const auto& items) { set_in_text(text, items, name, value); });
}

void ConfigFile::unset(const std::string& path, std::string_view key) {
  const std::string name = normalize_key(key);
  edit_file(path, [&](std::string& text, const auto& items) { unset_in_text(text, items, name); });
}

std::optional<bool> parse_bool(std::string_view value) {
  const std::string text = to_lower(value);
  for (const char* word : {"true", "yes", "on", "1"}) {
    if (text == word) return true;
  }
  for (const char* word : {"false", "no", "off", "0", ""}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_size(std::string_view value) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (problem != std::errc()) return std::nullopt;
  const std::string_view suffix(end, static_cast<std::size_t>(value.data() + value.size() - end));
  if (suffix.empty()) return number;
  if (suffix.size() > 1) return std::nullopt;
  const std::size_t power = std::string_view("kmg").find(lower(suffix[0]));
  if (power == std::string_view::npos) return std::nullopt;
  std::int64_t scaled = 0;
  if (__builtin_mul_overflow(number, std::int64_t{1} << (10 * (power + 1)), &scaled)) return std::nullopt;
  return scaled;
}

std::string normalize_key(std::string_view key) {
  const std::size_t first = key.find('.');
  const std::size_t last = key.rfind('.');
  const auto is_word = [](std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
      return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
  };
  const bool well_formed = first != std::string_view::npos && is_word(key.substr(0, first)) &&
                           is_word(key.substr(last + 1)) && lower(key[last + 1]) >= 'a' &&
                           key.find('\n') == std::string_view::npos &&
                           key.find('\0') == std::string_view::npos;
  if (!well_formed) {
    throw Error(ErrorCode::usage, "bad configuration key: '" + std::string(key) + "'",
                "keys look like section.name or section.sub.name");
  }
  return to_lower(key.substr(0, first)) + std::string(key.substr(first, last - first)) +
         to_lower(key.substr(last));
}

}  // namespace vstore
