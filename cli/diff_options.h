// cli/diff_options.h - how differences are shown: the options that diff, show and log have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/diff_summary.h"
#include "cli/word_text.h"
#include "vstore/history.h"

namespace vstore::cli {

struct DiffOptions {
  bool patch = false, no_patch = false, stat = false, shortstat = false, numstat = false;
  bool name_only = false, name_status = false, null_terminated = false, no_renames = false;
  bool summary = false;
  std::optional<DirstatOptions> dirstat;
  FindCopies copies = FindCopies::no;
  LineDiffOptions lines;
  WordStyle word_style = WordStyle::none;
  std::string word_pattern;

  void declare(Args& args);
  /// Checks what was given; throws Error(usage). Call it after parsing.
  void settle();
  /// True if a format was asked for.
  bool any_format() const {
    return patch || stat || shortstat || numstat || name_only || name_status || summary || dirstat.has_value();
  }
  /// Line counts are only for these.
  bool counts_lines() const { return stat || shortstat || numstat; }
  CompareOptions compare_options(const std::vector<std::string>& paths) const;
  /// False if only the contents can tell whether a modified file counts as changed.
  bool changed_means_differs() const { return lines.white_space == WhiteSpace::exact && !lines.ignore_blank_lines; }
  /// Whether the change shows in a patch.
  bool shows(const Change& change, const ChangeContents& contents) const;

 private:
  void declare_formats(Args& args);
  void declare_comparison(Args& args);
  void declare_words(Args& args);
  void set_word_style(const std::string& mode);
  int percentage(const std::string& text) const;

  std::optional<std::uint64_t> context_, between_;
  std::optional<std::string> similarity_min_, dirstat_, word_style_, word_regex_, colour_words_;
  std::vector<std::string> copies_;
  bool copies_harder_ = false, cumulative_ = false;
  bool ignore_all_ = false, ignore_amount_ = false, ignore_at_end_ = false, ignore_cr_ = false;
  int similarity_percent_ = 50;
};

}  // namespace vstore::cli
