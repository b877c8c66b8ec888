// workspace/ignore_file.h - the patterns of one ignore file, arranged so that a name meets only the few
// that could match it. Syntax: gitignore(5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vstore {

/// Immutable and thread-safe once parsed.
class IgnoreFile {
 public:
  /// `base`: the directory that the patterns are relative to, with trailing '/' ("" at the top).
  IgnoreFile(std::string_view text, std::string base);

  /// What the last matching pattern says about a full path below `base`: ignored, or not ('!'); nullopt if
  /// none matches.
  std::optional<bool> decide(std::string_view path, bool is_directory) const;
  bool empty() const noexcept { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string text;       ///< without '!', trailing '/', and leading '/'
    std::uint32_t literal;  ///< length of the part before the first special character
    bool negated;
    bool directories_only;
    bool names_only;  ///< no '/' in it: matches the last component at any depth
    bool ends_with;   ///< "*suffix" without further special characters

    bool matches(std::string_view relative, std::string_view name, bool is_directory) const;
  };
  /// Numbers of patterns, ascending.
  using Bucket = std::vector<std::uint32_t>;

  void add_line(std::string_view line);
  void index(const Pattern& pattern, std::uint32_t number);
  void search(const Bucket& bucket, std::string_view relative, std::string_view name, bool is_directory,
              std::int64_t& best) const;

  std::string base_;
  std::vector<Pattern> patterns_;
  // Each pattern is in one bucket.
  std::array<Bucket, 256> names_by_first_;  ///< names_only, literal beginning
  std::array<Bucket, 256> names_by_last_;   ///< names_only, "*suffix"
  std::array<Bucket, 256> paths_by_first_;  ///< the others, literal beginning
  Bucket rest_;
};

}  // namespace vstore
