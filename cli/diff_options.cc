#include "cli/diff_options.h"

#include <algorithm>

#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore::cli {

void DiffOptions::declare(Args& args) {
  declare_formats(args);
  declare_comparison(args);
  declare_words(args);
}

void DiffOptions::declare_formats(Args& args) {
  args.flag("-p,-u,--patch", patch, "changed lines of text files, sizes of others");
  args.option("-U,--unified", "LINES", context_, "lines of context around changed ones (3); implies --patch");
  args.option("--inter-hunk-context", "LINES", between_,
              "so many more lines between changes do not part them (0)");
  args.flag("-s,--no-patch", no_patch, "no differences at all");
  args.flag("--stat", stat, "a line for each file: how many lines or bytes changed");
  args.flag("--shortstat", shortstat, "only the last line of --stat");
  args.flag("--numstat", numstat, "like --stat, for scripts: added and removed lines, separated by tabs");
  args.optional_value(
      "--dirstat", "PARAMETERS", "", dirstat_,
      "how changes are spread over directories: changes, lines, files, cumulative, a percentage");
  args.flag("--cumulative", cumulative_, "the same as --dirstat=cumulative");
  args.flag("--summary", summary, "files that came, went, moved or changed their mode");
  args.flag("--name-only", name_only, "names of changed files");
  args.flag("--name-status", name_status, "names of changed files, with a letter for what happened");
  args.flag("-z", null_terminated, "with the formats for scripts: end names with NUL, and do not quote them");
}

void DiffOptions::declare_comparison(Args& args) {
  args.optional_value("-M,--find-renames", "PERCENT", "50%", similarity_min_,
                      "how alike two files must be to count as renamed (50%)");
  args.optional_values("-C,--find-copies", "PERCENT", "", copies_,
                       "find copies too, of files that changed; given twice, of all files");
  args.flag("--find-copies-harder", copies_harder_, "find copies of all files");
  args.flag("--no-renames", no_renames, "show a renamed file as deleted and added");
  args.flag("-w,--ignore-all-space", ignore_all_, "white space does not count");
  args.flag("-b,--ignore-space-change", ignore_amount_, "how much white space there is does not count");
  args.flag("--ignore-space-at-eol", ignore_at_end_, "white space at the end of a line does not count");
  args.flag("--ignore-cr-at-eol", ignore_cr_, "a carriage return at the end of a line does not count");
  args.flag("--ignore-blank-lines", lines.ignore_blank_lines, "changes of blank lines only do not count");
  args.flag("--minimal", lines.minimal, "the fewest changed lines possible, however long it takes");
}

void DiffOptions::declare_words(Args& args) {
  args.optional_value("--word-diff", "MODE", "plain", word_style_,
                      "changed words: plain, color, porcelain or none");
  args.option("--word-diff-regex", "PATTERN", word_regex_, "what a word is; implies --word-diff");
  args.optional_value("--color-words", "PATTERN", "", colour_words_,
                      "the same as --word-diff=color, and a pattern");
}

void DiffOptions::settle() {
  const auto bounded = [](std::uint64_t lines_given) {
    return static_cast<unsigned>(std::min<std::uint64_t>(lines_given, 1u << 30));
  };
  if (context_) patch = true, lines.context = bounded(*context_);
  if (between_) lines.between = bounded(*between_);
  lines.white_space = ignore_all_      ? WhiteSpace::ignore_all
                      : ignore_amount_ ? WhiteSpace::ignore_amount
                      : ignore_at_end_ ? WhiteSpace::ignore_at_end
                      : ignore_cr_     ? WhiteSpace::ignore_cr_at_end
                                       : WhiteSpace::exact;
  if (dirstat_ || cumulative_) {
    dirstat.emplace().parse(dirstat_.value_or(""));
    dirstat->cumulative |= cumulative_;
  }
  if (similarity_min_) similarity_percent_ = percentage(*similarity_min_);
  for (const std::string& percent : copies_) {
    if (!percent.empty()) similarity_percent_ = percentage(percent);
  }
  if (copies_harder_ || copies_.size() > 1)
    copies = FindCopies::among_all;
  else if (!copies_.empty())
    copies = FindCopies::among_changed;
  if (word_style_) set_word_style(*word_style_);
  if (word_regex_) word_pattern = *word_regex_, word_style = std::max(word_style, WordStyle::plain);
  if (colour_words_) word_pattern = *colour_words_, word_style = WordStyle::colour;
}

void DiffOptions::set_word_style(const std::string& mode) {
  if (mode == "plain")
    word_style = WordStyle::plain;
  else if (mode == "color")
    word_style = WordStyle::colour;
  else if (mode == "porcelain")
    word_style = WordStyle::porcelain;
  else if (mode != "none")
    throw Error(ErrorCode::usage, "unknown mode '" + escape_for_terminal(mode) + "' for --word-diff",
                "modes are plain, color, porcelain and none");
}

int DiffOptions::percentage(const std::string& text) const {
  std::string digits = text;
  if (digits.ends_with('%')) digits.pop_back();
  const bool good =
      !digits.empty() && digits.size() <= 3 && digits.find_first_not_of("0123456789") == digits.npos;
  if (!good || std::stoi(digits) > 100) {
    throw Error(ErrorCode::usage, "'" + escape_for_terminal(text) + "' is not a percentage",
                "give a number from 0 to 100, such as -M80%");
  }
  return std::stoi(digits);
}

CompareOptions DiffOptions::compare_options(const std::vector<std::string>& paths) const {
  CompareOptions options;
  options.paths = paths;
  options.find_renames = !no_renames || copies != FindCopies::no;
  options.rename_similarity_min = similarity_percent_;
  options.copies = copies;
  return options;
}

bool DiffOptions::shows(const Change& change, const ChangeContents& contents) const {
  if (changed_means_differs() || change.status != ChangeStatus::modified) return true;
  if (change.before->kind != change.after->kind) return true;
  const auto changed = contents.line_changes(change, lines);
  return !changed || changed->added + changed->removed > 0;
}

}  // namespace vstore::cli
