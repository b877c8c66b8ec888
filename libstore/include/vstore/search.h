// vstore/search.h - looking through one version without checking it out, and through what commits changed.
//
// All of it reads what it needs and no more: names come from the tree, contents chunk by chunk. Callbacks return
// false to stop. Everything belongs to one thread; the readers given must outlive the call or object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/store.h"
#include "vstore/tree.h"

namespace vstore {

struct FoundEntry {
  std::string path;
  Entry entry;
};

// ------------------------------------------------------------------------------------------ find --

struct FindOptions {
  std::vector<std::string> paths;      ///< as in CompareOptions; empty: everything
  std::vector<std::string> names;      ///< patterns (*, ?, []) of which the last component matches one; empty: any
  bool ignore_case = false;            ///< in names
  std::optional<std::uint64_t> size_min, size_max;  ///< bytes, both inclusive
  std::vector<Kind> kinds;             ///< empty: any
};

/// The entries that match, in path order. Subtrees outside the paths are not read.
void find_entries(const Tree& tree, const FindOptions& options, const std::function<bool(const FoundEntry&)>& visit);

/// `count` different entries (all, if there are fewer) among those whose keys begin with `prefix`, each choice equally
/// likely, in path order. The same tree, prefix and seed give the same entries, everywhere. Costs O(count * depth).
std::vector<FoundEntry> sample_entries(const Tree& tree, std::uint64_t count, std::uint64_t seed, std::string_view prefix = {});

// ------------------------------------------------------------------------------------------ grep --

struct LinePattern {
  std::string text;           ///< POSIX extended regular expression
  bool fixed = false;         ///< a text that stands for itself
  bool ignore_case = false;
  bool whole_words = false;
};

/// A compiled pattern. Throws `usage` for a bad expression.
class LineMatcher {
 public:
  explicit LineMatcher(const LinePattern& pattern);
  LineMatcher(LineMatcher&&) noexcept;
  ~LineMatcher();
  bool matches(std::string_view line) const { return find(line).has_value(); }
  /// The first match at or behind `from`, as a part of `line`.
  std::optional<std::string_view> find(std::string_view line, std::size_t from = 0) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

struct GrepOptions {
  LinePattern pattern;
  std::vector<std::string> others;    ///< more texts for the pattern: a line that matches any of them matches
  bool invert = false;                ///< lines that do not match
  std::uint64_t before = 0, after = 0;  ///< so many lines around those that match are visited too
  std::vector<std::string> paths;     ///< as in CompareOptions; empty: everything
};

struct GrepLine {
  std::string_view path;
  std::uint64_t number = 0;           ///< from 1; 0: the file is binary and matches somewhere
  std::string_view text;              ///< without its newline; valid during the call
  bool is_match = true;               ///< false: it stands near one
};

/// The matchers of all patterns of the options.
std::vector<LineMatcher> line_matchers(const GrepOptions& options);

/// Lines of files (symbolic links are left out) that match. `visit` says what comes next.
enum class GrepNext { line, file, stop };
void grep_tree(const Snapshot& snapshot, const Id& root, const GrepOptions& options,
               const std::function<GrepNext(const GrepLine&)>& visit);

// --------------------------------------------------------------------------------------- pickaxe --

/// Commits by the text they bring or take: log -S and -G.
class Pickaxe {
 public:
  enum class Mode {
    occurrences,  ///< -S: a file has the text more or less often than before
    lines,        ///< -G: an added or removed line matches
  };
  /// `text` is a fixed text for `occurrences`, an extended regular expression for `lines`.
  Pickaxe(const Snapshot& snapshot, Mode mode, std::string text, bool ignore_case, std::vector<std::string> paths);
  /// Compares the commit with its first parent; false for merges, which have no difference of their own.
  bool matches(const Commit& commit) const;

 private:
  std::string content(const std::optional<Entry>& entry) const;
  bool differs(const std::string& before, const std::string& after) const;

  const Snapshot& snapshot_;
  Mode mode_;
  std::string text_;
  bool ignore_case_;
  std::vector<std::string> paths_;
  LineMatcher matcher_;
};

}  // namespace vstore
