#include "cli/diff_summary.h"

#include <cstdio>

#include "cli/diff_text.h"
#include "vstore/dirstat.h"
#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

std::string mode_change(const Change& change) {
  if (!change.before || !change.after || change.before->kind == change.after->kind) return "";
  return " mode change " + std::string(mode_of(change.before->kind)) + " => " +
         std::string(mode_of(change.after->kind));
}

/// As many per mille as a number of per cent with at most one digit behind the point that counts.
std::optional<unsigned> parse_permille(const std::string& text) {
  const std::size_t point = text.find('.');
  const std::string whole = text.substr(0, point), rest = point == text.npos ? "" : text.substr(point + 1);
  const auto digits = [](const std::string& part) {
    return part.find_first_not_of("0123456789") == part.npos;
  };
  if (whole.empty() || whole.size() > 6 || !digits(whole) || !digits(rest)) return std::nullopt;
  const unsigned tenth = rest.empty() ? 0 : static_cast<unsigned>(rest[0] - '0');
  return static_cast<unsigned>(std::stoul(whole)) * 10 + tenth;
}

std::uint64_t damage_by_lines(const Change& change, const ChangeContents& contents,
                              const LineDiffOptions& options) {
  const ChangeSize size = measure(change, contents, options);
  const std::uint64_t all = size.added + size.removed;
  constexpr std::uint64_t bytes_per_line = 64;  // of what has no lines
  return size.binary ? (all + bytes_per_line - 1) / bytes_per_line : all;
}

}  // namespace

void DirstatOptions::parse(const std::string& parameters) {
  for (std::size_t at = 0; at < parameters.size();) {
    const std::size_t end = std::min(parameters.find(',', at), parameters.size());
    const std::string word = parameters.substr(at, end - at);
    at = end + 1;
    if (word == "changes")
      by = By::changes;
    else if (word == "lines")
      by = By::lines;
    else if (word == "files")
      by = By::files;
    else if (word == "cumulative")
      cumulative = true;
    else if (word == "noncumulative")
      cumulative = false;
    else if (const auto permille = parse_permille(word))
      permille_min = *permille;
    else
      throw Error(ErrorCode::usage, "unknown parameter '" + escape_for_terminal(word) + "' for --dirstat",
                  "parameters are changes, lines, files, cumulative, noncumulative and a percentage");
  }
}

std::string summary_line(const Change& change) {
  const auto mode = [](const Entry& entry) { return std::string(mode_of(entry.kind)); };
  switch (change.status) {
    case ChangeStatus::added:
      return " create mode " + mode(*change.after) + " " + quote_path(change.new_path) + "\n";
    case ChangeStatus::deleted:
      return " delete mode " + mode(*change.before) + " " + quote_path(change.old_path) + "\n";
    case ChangeStatus::renamed:
    case ChangeStatus::copied: {
      const std::string verb = change.status == ChangeStatus::renamed ? " rename " : " copy ";
      const std::string modes = mode_change(change);
      return verb + rename_text(change.old_path, change.new_path) + " (" + std::to_string(change.similarity) +
             "%)\n" + (modes.empty() ? "" : modes + "\n");
    }
    default:
      break;
  }
  const std::string modes = mode_change(change);
  return modes.empty() ? "" : modes + " " + quote_path(change.new_path) + "\n";
}

std::string dirstat_text(const std::vector<Change>& changes, const ChangeContents& contents,
                         const DirstatOptions& how, const LineDiffOptions& options) {
  std::vector<FileDamage> files;
  for (const Change& change : changes) {
    const bool same = change.before && change.after && change.before->id == change.after->id;
    std::uint64_t damage = 0;
    if (how.by == DirstatOptions::By::lines)
      damage = damage_by_lines(change, contents, options);
    else if (!same)
      damage = how.by == DirstatOptions::By::files ? 1 : contents.changed_bytes(change);
    files.push_back({change.new_path.empty() ? change.old_path : change.new_path, damage});
  }
  std::string text;
  for (const DirectoryShare& share : directory_shares(std::move(files), how.permille_min, how.cumulative)) {
    char number[32];
    std::snprintf(number, sizeof number, "%4u.%u%% ", static_cast<unsigned>(share.permille / 10),
                  static_cast<unsigned>(share.permille % 10));
    text += number + share.directory + "\n";
  }
  return text;
}

}  // namespace vstore::cli
