// cli/diff_options.h - how differences are shown: the options that diff, show and log have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/args.h"
#include "vstore/history.h"

namespace vstore::cli {

struct DiffOptions {
  bool patch = false, no_patch = false, stat = false, shortstat = false, numstat = false;
  bool name_only = false, name_status = false, null_terminated = false, no_renames = false;
  std::optional<std::uint64_t> context_lines;
  std::optional<std::string> similarity_min;

  void declare(Args& args);
  /// Checks what was given; throws Error(usage). Call it after parsing.
  void settle();
  /// True if a format was asked for.
  bool any_format() const { return patch || stat || shortstat || numstat || name_only || name_status; }
  /// Line counts are only for these.
  bool counts_lines() const { return stat || shortstat || numstat; }
  CompareOptions compare_options(const std::vector<std::string>& paths) const;
  unsigned context() const { return static_cast<unsigned>(context_lines.value_or(3)); }

 private:
  int similarity_percent_ = 50;
};

}  // namespace vstore::cli
