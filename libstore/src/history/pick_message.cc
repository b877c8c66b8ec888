#include "history/pick_message.h"

#include <algorithm>
#include <cctype>

#include "vstore/revision.h"

namespace vstore {
namespace {

constexpr std::string_view origin_line = "(cherry picked from commit ";

std::string subject_of(const std::string& message) { return message.substr(0, message.find('\n')); }

/// "Signed-off-by: ...", or the line that a pick adds.
bool is_trailer(std::string_view line) {
  if (line.starts_with(origin_line)) return true;
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](unsigned char c) { return std::isalnum(c) || c == '-'; });
}

/// True if the last paragraph, which is not the first one, has trailers only.
bool ends_in_trailers(std::string_view message) {
  while (message.ends_with('\n')) message.remove_suffix(1);
  const std::size_t gap = message.rfind("\n\n");
  if (gap == std::string_view::npos) return false;
  std::string_view rest = message.substr(gap + 2);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (!is_trailer(rest.substr(0, end))) return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

std::string reverted(const Id& id, const Commit& commit, const std::optional<Id>& parent) {
  std::string text = "Revert \"" + subject_of(commit.message) + "\"\n\nThis reverts commit " + id.hex();
  if (commit.parents.size() > 1 && parent) text += ", reversing\nchanges made to " + parent->hex();
  return text + ".\n";
}

}  // namespace

std::string pick_label(const Snapshot& snapshot, const Id& id, const Commit& commit) {
  return abbreviate(snapshot, id) + " (" + subject_of(commit.message) + ")";
}

std::string pick_message(const Id& id, const Commit& commit, const std::optional<Id>& parent,
                         const PickOptions& options) {
  if (options.reverse) return reverted(id, commit, parent);
  if (!options.note_origin) return commit.message;
  std::string text = commit.message;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!ends_in_trailers(text)) text += '\n';
  return text + std::string(origin_line) + id.hex() + ")\n";
}

}  // namespace vstore
