// The layout is git's: names as wide as the longest, at most 5/8 of the line; then the number; bars take the
// rest, scaled down if the largest change does not fit.
#include "cli/diff_stat.h"

#include <algorithm>

#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// Columns of a text, not counting UTF-8's continuation bytes.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

struct Layout {
  std::size_t name = 0;    ///< columns of the name
  std::size_t number = 0;  ///< columns of the number
  std::size_t bar = 0;     ///< columns of the longest bar
  std::uint64_t change_max = 0;
};

std::string bytes_text(const ChangeSize& size) {
  if (size.added == size.removed && size.added == 0) return "Bin";
  return "Bin " + std::to_string(size.removed) + " -> " + std::to_string(size.added) + " bytes";
}

Layout lay_out(const std::vector<ChangeSize>& sizes, int columns_max) {
  Layout layout;
  std::size_t bytes_width = 0;
  for (const ChangeSize& size : sizes) {
    layout.name = std::max(layout.name, columns(size.name));
    if (size.binary) bytes_width = std::max(bytes_width, bytes_text(size).size());
    else layout.change_max = std::max(layout.change_max, size.added + size.removed);
  }
  layout.number = std::max(std::to_string(layout.change_max).size(), bytes_width ? std::size_t{3} : 1);
  const std::size_t fixed = 6 + layout.number;  // " " name " | " number " " bar " "
  const std::size_t width = std::max(static_cast<std::size_t>(std::max(columns_max, 0)), 16 + fixed);
  layout.bar = static_cast<std::size_t>(std::max<std::uint64_t>(layout.change_max, bytes_width > 4 ? bytes_width - 4 : 0));
  if (layout.name + fixed + layout.bar <= width) return layout;
  const std::size_t bar_share = width * 3 / 8 > fixed ? width * 3 / 8 - fixed : 0;
  if (layout.bar > bar_share) layout.bar = std::max<std::size_t>(bar_share, 6);
  if (layout.name > width - fixed - layout.bar) layout.name = width - fixed - layout.bar;
  else layout.bar = width - fixed - layout.name;
  return layout;
}

/// The end of a name that is too long, from a directory's beginning on if there is one: ".../tail".
std::string shortened(std::string_view name, std::size_t width) {
  if (columns(name) <= width) return std::string(name);
  const std::size_t kept = width > 3 ? width - 3 : 0;
  while (columns(name) > kept) name.remove_prefix(1);
  while (!name.empty() && (static_cast<unsigned char>(name[0]) & 0xc0) == 0x80) name.remove_prefix(1);
  const std::size_t slash = name.find('/');
  return "..." + std::string(slash == name.npos ? name : name.substr(slash));
}

/// At least one column for what is not nothing.
std::uint64_t scaled(std::uint64_t value, const Layout& layout) {
  if (value == 0 || layout.change_max <= layout.bar) return value;
  return 1 + value * (layout.bar - 1) / layout.change_max;  // lines times columns: no overflow
}

std::string bar(const ChangeSize& size, const Layout& layout, const Output& out) {
  std::uint64_t added = size.added, removed = size.removed;
  if (layout.change_max > layout.bar) {
    std::uint64_t total = scaled(added + removed, layout);
    if (total < 2 && added > 0 && removed > 0) total = 2;
    if (added < removed) {
      added = scaled(added, layout);
      removed = total - added;
    } else {
      removed = scaled(removed, layout);
      added = total - removed;
    }
  }
  return (added ? out.paint(Colour::green, std::string(added, '+')) : "") +
         (removed ? out.paint(Colour::red, std::string(removed, '-')) : "");
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t used = columns(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string right_aligned(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

}  // namespace

ChangeSize measure(const Change& change, const ChangeContents& contents, const LineDiffOptions& options) {
  ChangeSize size;
  const bool moved = !change.old_path.empty() && !change.new_path.empty() && change.old_path != change.new_path;
  size.name = moved ? rename_text(change.old_path, change.new_path)
                    : quote_path(change.new_path.empty() ? change.old_path : change.new_path);
  if (change.before && change.after && change.before->id == change.after->id) {
    size.binary = contents.binary_before(change);
    return size;
  }
  if (const std::optional<LineCounts> lines = contents.line_changes(change, options)) {
    size.added = lines->added;
    size.removed = lines->removed;
    return size;
  }
  size.binary = true;
  size.added = change.after ? change.after->size : 0;
  size.removed = change.before ? change.before->size : 0;
  return size;
}

std::string stat_table(const std::vector<ChangeSize>& sizes, int width, const Output& out) {
  const Layout layout = lay_out(sizes, width);
  std::string table;
  for (const ChangeSize& size : sizes) {
    table += " " + padded(shortened(size.name, layout.name), layout.name) + " | ";
    if (size.binary) {
      table += right_aligned("Bin", layout.number) + bytes_text(size).substr(3);
    } else {
      const std::string bars = bar(size, layout, out);
      table += right_aligned(std::to_string(size.added + size.removed), layout.number) + (bars.empty() ? "" : " ") + bars;
    }
    table += "\n";
  }
  return table;
}

std::string stat_summary(const std::vector<ChangeSize>& sizes) {
  if (sizes.empty()) return "";
  std::uint64_t added = 0, removed = 0;
  for (const ChangeSize& size : sizes) {
    if (size.binary) continue;
    added += size.added;
    removed += size.removed;
  }
  std::string text = " " + count_of(sizes.size(), "file") + " changed";
  if (added > 0 || removed == 0) text += ", " + count_of(added, "insertion(+)", "insertions(+)");
  if (removed > 0 || added == 0) text += ", " + count_of(removed, "deletion(-)", "deletions(-)");
  return text + "\n";
}

std::string numstat_line(const ChangeSize& size, const Change& change, bool null_terminated) {
  const std::string added = size.binary ? "-" : std::to_string(size.added);
  const std::string removed = size.binary ? "-" : std::to_string(size.removed);
  const std::string counts = added + "\t" + removed + "\t";
  if (!null_terminated) return counts + size.name + "\n";
  const char end = '\0';
  const std::string& path = change.new_path.empty() ? change.old_path : change.new_path;
  if (change.old_path.empty() || change.old_path == path) return counts + path + end;
  return counts + end + change.old_path + end + path + end;
}

std::string rename_text(const std::string& from, const std::string& to) {
  if (quote_path(from) != from || quote_path(to) != to) return quote_path(from) + " => " + quote_path(to);
  // Both parts end with a slash of their own; they may share it: "a/{ => b}/c".
  std::size_t head = 0;
  for (std::size_t i = 0; i < std::min(from.size(), to.size()) && from[i] == to[i]; ++i) {
    if (from[i] == '/') head = i + 1;
  }
  std::size_t tail = 0;
  const std::size_t shared_slash = head > 0 ? 1 : 0;
  for (std::size_t i = 1; i + head <= from.size() + shared_slash && i + head <= to.size() + shared_slash; ++i) {
    if (from[from.size() - i] != to[to.size() - i]) break;
    if (from[from.size() - i] == '/') tail = i;
  }
  if (head == 0 && tail == 0) return from + " => " + to;
  const auto middle = [&](const std::string& path) {
    return path.size() > head + tail ? path.substr(head, path.size() - tail - head) : "";
  };
  return from.substr(0, head) + "{" + middle(from) + " => " + middle(to) + "}" + from.substr(from.size() - tail);
}

}  // namespace vstore::cli
