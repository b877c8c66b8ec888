#include "cli/change_contents.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "vstore/file.h"

namespace vstore::cli {
namespace {

constexpr std::uint64_t kSmallBytesMax = 1u << 20;   // read whole, which needs no comparison of chunks
constexpr std::uint64_t kFileBytesMax = 64u << 20;   // of a file that is on disk only
constexpr std::size_t kBinaryTestBytes = 8000;  // what looks_binary() looks at

bool has_content(const Entry& entry) { return entry.kind != Kind::empty_directory; }

std::string read_link(const std::string& path, std::uint64_t size) {
  std::string target(size + 1, '\0');
  const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
  if (n < 0) throw_errno("read", path);
  target.resize(static_cast<std::size_t>(n));
  return target;
}

/// At most `bytes_max` bytes, or nullopt if there are more. Stops early if it looks binary.
std::optional<std::string> read_file(const std::string& path, std::uint64_t bytes_max) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) throw_errno("read", path);
  std::string text;
  char buffer[65536];
  ssize_t n;
  while ((n = ::read(fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
    if (text.size() > bytes_max || looks_binary(text)) break;
  }
  const int err = n < 0 ? errno : 0;
  ::close(fd);
  if (err != 0) throw_errno(err, "read", path);
  if (text.size() > bytes_max) return std::nullopt;
  return text;
}

SideText as_side(std::string text) {
  if (looks_binary(text)) return {SideText::Form::binary, {}};
  return {SideText::Form::text, std::move(text)};
}

}  // namespace

SideText ChangeContents::before(const Change& change, std::uint64_t bytes_max) const {
  return change.before ? load(*change.before, change.old_path, bytes_max) : SideText{};
}

SideText ChangeContents::after(const Change& change, std::uint64_t bytes_max) const {
  return change.after ? load(*change.after, change.new_path, bytes_max) : SideText{};
}

SideText ChangeContents::load(const Entry& entry, const std::string& path, std::uint64_t bytes_max) const {
  if (!has_content(entry)) return {};
  if (entry.size > bytes_max) return {SideText::Form::too_large, {}};
  return is_stored(entry) ? load_stored(entry) : load_file(entry, path, bytes_max);
}

SideText ChangeContents::load_stored(const Entry& entry) const {
  const FileReader reader(snapshot_, entry.id);
  std::string text(std::min<std::uint64_t>(reader.size(), kBinaryTestBytes), '\0');
  reader.read(0, text.size(), reinterpret_cast<std::uint8_t*>(text.data()));
  if (looks_binary(text)) return {SideText::Form::binary, {}};
  const std::size_t begun = text.size();
  text.resize(reader.size());
  reader.read(begun, text.size() - begun, reinterpret_cast<std::uint8_t*>(text.data()) + begun);
  return {SideText::Form::text, std::move(text)};
}

bool ChangeContents::binary_before(const Change& change) const {
  if (!change.before || !has_content(*change.before) || !is_stored(*change.before)) return false;
  const FileReader reader(snapshot_, change.before->id);
  std::string text(std::min<std::uint64_t>(reader.size(), kBinaryTestBytes), '\0');
  reader.read(0, text.size(), reinterpret_cast<std::uint8_t*>(text.data()));
  return looks_binary(text);
}

SideText ChangeContents::load_file(const Entry& entry, const std::string& path, std::uint64_t bytes_max) const {
  const std::string file = files_root_ + "/" + path;
  if (entry.kind == Kind::symlink) return as_side(read_link(file, entry.size));
  std::optional<std::string> text = read_file(file, bytes_max);
  return text ? as_side(std::move(*text)) : SideText{SideText::Form::too_large, {}};
}

std::optional<LineCounts> ChangeContents::line_changes(const Change& change, const LineDiffOptions& options) const {
  const auto holds = [&](const std::optional<Entry>& entry, auto&& test) { return !entry || test(*entry); };
  const auto is_small = [](const Entry& entry) { return entry.size <= kSmallBytesMax; };
  const auto is_stored_file = [&](const Entry& entry) { return has_content(entry) && is_stored(entry); };
  const bool small = holds(change.before, is_small) && holds(change.after, is_small);
  if (!small && holds(change.before, is_stored_file) && holds(change.after, is_stored_file)) {
    const auto id_of = [](const std::optional<Entry>& entry) { return entry ? std::optional(entry->id) : std::nullopt; };
    return count_line_changes(snapshot_, id_of(change.before), id_of(change.after), kFileBytesMax, 1u << 20, options);
  }
  const SideText old_side = before(change, kFileBytesMax);
  if (!old_side.is_text()) return std::nullopt;
  const SideText new_side = after(change, kFileBytesMax);
  if (!new_side.is_text()) return std::nullopt;
  const LineDiff diff = diff_lines(old_side.text, new_side.text, options);
  return LineCounts{diff.added, diff.removed};
}

std::uint64_t ChangeContents::changed_bytes(const Change& change) const {
  if (!change.before || !change.after || is_stored(*change.after)) return vstore::changed_bytes(snapshot_, change);
  const SideText side = after(change, kFileBytesMax);
  if (side.form == SideText::Form::text) return vstore::changed_bytes(snapshot_, change, side.text);
  return change.before->size + change.after->size;  // nothing is known of what they share
}

bool ChangeContents::visit_stretches(const Change& change, unsigned context,
                                     const std::function<void(const LineStretch&)>& visit) const {
  const auto readable = [&](const std::optional<Entry>& entry) {
    return entry && has_content(*entry) && is_stored(*entry);
  };
  if (!readable(change.before) || !readable(change.after)) return false;
  return visit_line_stretches(snapshot_, change.before->id, change.after->id, context, visit);
}

std::optional<std::uint64_t> ChangeContents::shared_bytes(const Change& change) const {
  if (!change.before || !change.after) return std::nullopt;
  if (!has_content(*change.before) || !has_content(*change.after)) return std::nullopt;
  if (change.before->id == change.after->id) return change.after->size;
  if (!snapshot_.find(change.before->id) || !snapshot_.find(change.after->id)) return std::nullopt;
  return compare_contents(snapshot_, change.before->id, change.after->id).shared_bytes;
}

}  // namespace vstore::cli
