#include "cli/diff_text.h"

#include <cstdio>

#include "cli/safe_text.h"
#include "vstore/linediff.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

constexpr std::uint64_t kTextBytesMax = 64u << 20;
constexpr std::string_view kNullId = "0000000000";

std::string short_id(const std::optional<Entry>& entry) {
  return entry ? entry->id.abbrev(kNullId.size()) : std::string(kNullId);
}

/// "3,4", or "3" for one line.
std::string line_range(std::uint64_t start, std::uint64_t count) {
  return count == 1 ? std::to_string(start) : std::to_string(start) + "," + std::to_string(count);
}

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  if (part == whole) return "100%";  // also of nothing
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", static_cast<double>(part) * 100 / static_cast<double>(whole));
  return text;
}

class Patch {
 public:
  Patch(const Change& change, const ChangeContents& contents, const PatchOptions& options, const Output& out)
      : change_(change), contents_(contents), options_(options), out_(out) {
    old_name_ = change.old_path.empty() ? change.new_path : change.old_path;
    new_name_ = change.new_path.empty() ? change.old_path : change.new_path;
  }

  std::string run() {
    header();
    if (same_content()) return std::move(text_);
    meta("index " + short_id(change_.before) + ".." + short_id(change_.after) + unchanged_mode());
    const SideText before = contents_.before(change_, kTextBytesMax);
    const SideText after = contents_.after(change_, kTextBytesMax);
    if (before.is_text() && after.is_text()) hunks(before.text, after.text);
    else if (!large_hunks(before, after))
      bytes();
    return std::move(text_);
  }

 private:
  void meta(const std::string& line, const char* end = "") { text_ += out_.paint(Colour::bold, line) + end + "\n"; }

  void header() {
    meta("diff --git " + quote_path("a/" + old_name_) + " " + quote_path("b/" + new_name_));
    if (!change_.before) meta("new file mode " + std::string(mode_of(change_.after->kind)));
    if (!change_.after) meta("deleted file mode " + std::string(mode_of(change_.before->kind)));
    if (change_.before && change_.after && change_.before->kind != change_.after->kind) {
      meta("old mode " + std::string(mode_of(change_.before->kind)));
      meta("new mode " + std::string(mode_of(change_.after->kind)));
    }
    if (change_.status == ChangeStatus::renamed || change_.status == ChangeStatus::copied) {
      const std::string verb = change_.status == ChangeStatus::renamed ? "rename" : "copy";
      meta("similarity index " + std::to_string(change_.similarity) + "%");
      meta(verb + " from " + quote_path(old_name_));
      meta(verb + " to " + quote_path(new_name_));
    }
  }

  bool same_content() const {
    return change_.before && change_.after && change_.before->id == change_.after->id;
  }

  /// git puts the mode behind the ids if it did not change.
  std::string unchanged_mode() const {
    if (!change_.before || !change_.after || change_.before->kind != change_.after->kind) return "";
    return " " + std::string(mode_of(change_.after->kind));
  }

  std::string label(bool exists, const char* side, const std::string& name) const {
    return exists ? quote_path(side + name) : "/dev/null";
  }

  void hunks(std::string_view before, std::string_view after) {
    const LineDiff diff = diff_lines(before, after, options_.lines);
    if (diff.hunks.empty()) return nothing_counts();
    names();
    for (const Hunk& hunk : diff.hunks) {
      range(line_range(hunk.old_start, hunk.old_count), line_range(hunk.new_start, hunk.new_count), hunk.section);
      lines(hunk);
    }
  }

  /// The contents differ, but not in what is looked at. Then the header alone would say nothing.
  void nothing_counts() {
    if (change_.status == ChangeStatus::modified && change_.before->kind == change_.after->kind) text_.clear();
  }

  void names() {
    // git ends names that have a space with a tab, so that `patch` finds their end
    const auto end = [](const std::string& name) { return name.find(' ') == name.npos ? "" : "\t"; };
    meta("--- " + label(change_.before.has_value(), "a/", old_name_), change_.before ? end(old_name_) : "");
    meta("+++ " + label(change_.after.has_value(), "b/", new_name_), change_.after ? end(new_name_) : "");
  }

  /// Of texts too large to be read as a whole: what differs is found by chunks, and located by bytes
  /// ("@12345"), as nobody counted the lines before it. False if nothing can be said.
  bool large_hunks(const SideText& before, const SideText& after) {
    if (before.form == SideText::Form::binary || after.form == SideText::Form::binary) return false;
    const std::string so_far = text_;
    bool named = false;
    const bool done = contents_.visit_stretches(change_, options_.lines.context, [&](const LineStretch& stretch) {
      for (const Hunk& hunk : diff_lines(stretch.before, stretch.after, options_.lines).hunks) {
        if (!std::exchange(named, true)) names();
        range(byte_range(stretch.before_offset, stretch.before, hunk.old_start, hunk.old_count),
              byte_range(stretch.after_offset, stretch.after, hunk.new_start, hunk.new_count), {});
        lines(hunk);
      }
    });
    if (!done) text_ = so_far;
    else if (!named) nothing_counts();
    return done;
  }

  /// "@12345,3": where the first of the lines begins, and their number.
  static std::string byte_range(std::uint64_t offset, std::string_view text, std::uint64_t start,
                                std::uint64_t count) {
    std::size_t at = 0;
    for (std::uint64_t line = count == 0 ? 0 : 1; line < start && at < text.size(); ++line) {
      at = std::min(text.find('\n', at), text.size() - 1) + 1;
    }
    return "@" + line_range(offset + at, count);
  }

  void range(const std::string& before, const std::string& after, std::string_view section) {
    text_ += out_.paint(Colour::cyan, "@@ -" + before + " +" + after + " @@");
    text_ += (section.empty() ? "" : " " + safe_text(section)) + "\n";
  }

  void lines(const Hunk& hunk) {
    if (options_.word_style != WordStyle::none) {
      text_ += word_text(hunk, *options_.words, options_.word_style, out_);
      return;
    }
    for (const DiffLine& line : hunk.lines) append(line);
  }

  void append(const DiffLine& line) {
    const bool ends = line.text.ends_with('\n');
    const std::string_view text = ends ? line.text.substr(0, line.text.size() - 1) : line.text;
    const Colour colour = line.tag == '+' ? Colour::green : line.tag == '-' ? Colour::red : Colour::plain;
    text_ += out_.paint(colour, line.tag + safe_text(text)) + "\n";
    if (!ends) text_ += "\\ No newline at end of file\n";
  }

  /// What can be said of bytes: their number, and how many of them were there before.
  void bytes() {
    const std::uint64_t old_size = change_.before ? change_.before->size : 0;
    const std::uint64_t new_size = change_.after ? change_.after->size : 0;
    text_ += "Binary files " + label(change_.before.has_value(), "a/", old_name_) + " and " +
             label(change_.after.has_value(), "b/", new_name_) + " differ: " + std::to_string(old_size) + " -> " +
             std::to_string(new_size) + " bytes";
    if (const auto shared = contents_.shared_bytes(change_)) {
      text_ += ", " + percent_of(*shared, new_size) + " in chunks of the old file";
    }
    text_ += "\n";
  }

  const Change& change_;
  const ChangeContents& contents_;
  const PatchOptions& options_;
  const Output& out_;
  std::string old_name_, new_name_;
  std::string text_;
};

}  // namespace

std::string_view mode_of(Kind kind) {
  switch (kind) {
    case Kind::executable: return "100755";
    case Kind::symlink: return "120000";
    case Kind::empty_directory: return "040000";
    default: return "100644";
  }
}

std::string patch_text(const Change& change, const ChangeContents& contents, const PatchOptions& options, const Output& out) {
  if (change.status != ChangeStatus::type_changed) return Patch(change, contents, options, out).run();
  // A file that became a link has no lines in common with it: gone and come anew, as git says it.
  const Change gone{ChangeStatus::deleted, change.old_path, {}, change.before, {}};
  const Change come{ChangeStatus::added, {}, change.new_path, {}, change.after};
  return Patch(gone, contents, options, out).run() + Patch(come, contents, options, out).run();
}

}  // namespace vstore::cli
