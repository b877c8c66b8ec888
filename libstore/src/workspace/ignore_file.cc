#include "workspace/ignore_file.h"

#include <algorithm>

#include "history/wildmatch.h"

namespace vstore {
namespace {

/// Unescaped spaces at the end do not count.
std::string_view trim_trailing_spaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
      end = std::min(i + 1, line.size());
    } else if (line[i] != ' ') {
      end = i + 1;
    }
  }
  return line.substr(0, end);
}

std::uint8_t byte(char c) { return static_cast<std::uint8_t>(c); }

}  // namespace

IgnoreFile::IgnoreFile(std::string_view text, std::string base) : base_(std::move(base)) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.back() == '\r') line.remove_suffix(1);
    add_line(trim_trailing_spaces(line.substr(0, line.find('\0'))));
  }
}

void IgnoreFile::add_line(std::string_view line) {
  Pattern pattern = {};
  pattern.negated = line.starts_with('!');
  if (pattern.negated) line.remove_prefix(1);
  pattern.directories_only = line.ends_with('/');
  if (pattern.directories_only) line.remove_suffix(1);
  pattern.names_only = line.find('/') == std::string_view::npos;
  pattern.ends_with = line.starts_with('*') && literal_length(line.substr(1)) == line.size() - 1;
  if (line.starts_with('/')) line.remove_prefix(1);
  pattern.text = line;
  pattern.literal = static_cast<std::uint32_t>(literal_length(line));
  if (line.empty()) return;
  index(pattern, static_cast<std::uint32_t>(patterns_.size()));
  patterns_.push_back(std::move(pattern));
}

void IgnoreFile::index(const Pattern& pattern, std::uint32_t number) {
  if (pattern.literal > 0) {
    (pattern.names_only ? names_by_first_ : paths_by_first_)[byte(pattern.text[0])].push_back(number);
  } else if (pattern.names_only && pattern.ends_with && pattern.text.size() > 1) {
    names_by_last_[byte(pattern.text.back())].push_back(number);
  } else {
    rest_.push_back(number);
  }
}

bool IgnoreFile::Pattern::matches(std::string_view relative, std::string_view name, bool is_directory) const {
  if (directories_only && !is_directory) return false;
  const std::string_view subject = names_only ? name : relative;
  if (literal == text.size()) return subject == text;
  if (names_only && ends_with) return name.ends_with(std::string_view(text).substr(1));
  if (names_only) return wildmatch(text, name, Wild::any);
  // The literal part is compared first and then forgotten, as git does: in "a**/b" the stars begin
  // what is left, and so match across directories.
  if (!subject.starts_with(std::string_view(text).substr(0, literal))) return false;
  return wildmatch(std::string_view(text).substr(literal), subject.substr(literal), Wild::pathname);
}

void IgnoreFile::search(const Bucket& bucket, std::string_view relative, std::string_view name,
                        bool is_directory, std::int64_t& best) const {
  for (auto it = bucket.rbegin(); it != bucket.rend() && *it > best; ++it) {
    if (patterns_[*it].matches(relative, name, is_directory)) best = *it;
  }
}

std::optional<bool> IgnoreFile::decide(std::string_view path, bool is_directory) const {
  if (patterns_.empty() || !path.starts_with(base_) || path.size() == base_.size()) return std::nullopt;
  const std::string_view relative = path.substr(base_.size());
  const std::string_view name = relative.substr(relative.rfind('/') + 1);
  if (name.empty()) return std::nullopt;
  std::int64_t best = -1;
  search(names_by_first_[byte(name.front())], relative, name, is_directory, best);
  search(names_by_last_[byte(name.back())], relative, name, is_directory, best);
  search(paths_by_first_[byte(relative.front())], relative, name, is_directory, best);
  search(rest_, relative, name, is_directory, best);
  if (best < 0) return std::nullopt;
  return !patterns_[static_cast<std::size_t>(best)].negated;
}

}  // namespace vstore
