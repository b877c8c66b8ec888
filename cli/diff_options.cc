#include "cli/diff_options.h"

#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore::cli {

void DiffOptions::declare(Args& args) {
  args.flag("-p,-u,--patch", patch, "changed lines of text files, sizes of others");
  args.option("-U,--unified", "LINES", context_lines, "lines of context around changed ones (3); implies --patch");
  args.flag("-s,--no-patch", no_patch, "no differences at all");
  args.flag("--stat", stat, "a line for each file: how many lines or bytes changed");
  args.flag("--shortstat", shortstat, "only the last line of --stat");
  args.flag("--numstat", numstat, "like --stat, for scripts: added and removed lines, separated by tabs");
  args.flag("--name-only", name_only, "names of changed files");
  args.flag("--name-status", name_status, "names of changed files, with a letter for what happened");
  args.flag("-z", null_terminated, "with the formats for scripts: end names with NUL, and do not quote them");
  args.optional_value("-M,--find-renames", "PERCENT", "50%", similarity_min,
                      "how alike two files must be to count as renamed (50%)");
  args.flag("--no-renames", no_renames, "show a renamed file as deleted and added");
}

void DiffOptions::settle() {
  if (context_lines) {
    patch = true;
    context_lines = std::min<std::uint64_t>(*context_lines, 1u << 30);
  }
  if (!similarity_min) return;
  std::string digits = *similarity_min;
  if (digits.ends_with('%')) digits.pop_back();
  const bool good = !digits.empty() && digits.size() <= 3 && digits.find_first_not_of("0123456789") == digits.npos;
  if (!good || std::stoi(digits) > 100) {
    throw Error(ErrorCode::usage, "'" + escape_for_terminal(*similarity_min) + "' is not a percentage",
                "give a number from 0 to 100, such as -M80%");
  }
  similarity_percent_ = std::stoi(digits);
}

CompareOptions DiffOptions::compare_options(const std::vector<std::string>& paths) const {
  CompareOptions options;
  options.paths = paths;
  options.find_renames = !no_renames;
  options.rename_similarity_min = similarity_percent_;
  return options;
}

}  // namespace vstore::cli
