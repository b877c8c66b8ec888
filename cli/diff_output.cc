#include "cli/diff_output.h"

#include <cstdio>

#include "cli/diff_stat.h"
#include "cli/diff_summary.h"
#include "cli/diff_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

bool is_moved(const Change& change) {
  return change.status == ChangeStatus::renamed || change.status == ChangeStatus::copied;
}

/// "M", "R087"
std::string status_letters(const Change& change) {
  std::string letters(1, static_cast<char>(change.status));
  if (!is_moved(change)) return letters;
  char number[8];
  std::snprintf(number, sizeof number, "%03d", change.similarity);
  return letters + number;
}

std::string_view status_word(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::added: return "added";
    case ChangeStatus::deleted: return "deleted";
    case ChangeStatus::modified: return "modified";
    case ChangeStatus::renamed: return "renamed";
    case ChangeStatus::copied: return "copied";
    case ChangeStatus::type_changed: return "type_changed";
  }
  return "";
}

Json entry_json(const std::optional<Entry>& entry) {
  if (!entry) return Json();
  Json item;
  item["kind"] = kind_name(entry->kind);
  item["size"] = entry->size;
  item["id"] = entry->id.is_null() ? Json() : to_json(entry->id);
  return item;
}

}  // namespace

void DiffOutput::print(const std::vector<Change>& changes, const ChangeContents& contents) const {
  if (changes.empty() || options_.no_patch) return;
  if (options_.name_only || options_.name_status) return names(changes);
  bool separate = options_.counts_lines() && counts(changes, contents);
  if (options_.dirstat) emit_(dirstat_text(changes, contents, *options_.dirstat, options_.lines));
  separate |= options_.summary && summary(changes);
  if (!options_.patch) return;
  if (separate) emit_("\n");
  patches(changes, contents);
}

bool DiffOutput::summary(const std::vector<Change>& changes) const {
  std::string text;
  for (const Change& change : changes) text += summary_line(change);
  emit_(text);
  return !text.empty();
}

void DiffOutput::patches(const std::vector<Change>& changes, const ChangeContents& contents) const {
  const WordDiff words(options_.word_pattern);
  const PatchOptions options{options_.lines, options_.word_style, &words};
  const Output coloured(-1, true);  // to mark words by colour is to ask for it
  const Output& colours = options_.word_style == WordStyle::colour ? coloured : colours_;
  for (const Change& change : changes) emit_(patch_text(change, contents, options, colours));
}

void DiffOutput::names(const std::vector<Change>& changes) const {
  const bool raw = options_.null_terminated;
  const char end = raw ? '\0' : '\n';
  const auto shown = [&](const std::string& path) { return raw ? path : quote_path(path); };
  for (const Change& change : changes) {
    std::string line;
    if (options_.name_status) {
      const char gap = raw ? '\0' : '\t';
      line = status_letters(change) + gap;
      if (is_moved(change)) line += shown(change.old_path) + gap;
    }
    emit_(line + shown(path_of(change)) + end);
  }
}

bool DiffOutput::counts(const std::vector<Change>& changes, const ChangeContents& contents) const {
  std::vector<ChangeSize> sizes;
  sizes.reserve(changes.size());
  for (const Change& change : changes) {
    if (!options_.shows(change, contents)) continue;
    sizes.push_back(measure(change, contents, options_.lines));
    if (options_.numstat) emit_(numstat_line(sizes.back(), change, options_.null_terminated));
  }
  if (options_.stat) emit_(stat_table(sizes, width_, colours_));
  if (options_.stat || options_.shortstat) emit_(stat_summary(sizes));
  return true;
}

Json change_json(const Change& change) {
  Json item;
  item["status"] = status_word(change.status);
  set_text(item, "path", path_of(change));
  if (is_moved(change)) {
    set_text(item, "old_path", change.old_path);
    item["similarity"] = change.similarity;
  }
  item["before"] = entry_json(change.before);
  item["after"] = entry_json(change.after);
  return item;
}

Json change_json(const Change& change, const ChangeContents& contents) {
  Json item = change_json(change);
  const auto shared = contents.shared_bytes(change);
  item["shared_bytes"] = shared ? Json(*shared) : Json();
  return item;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::executable: return "executable";
    case Kind::symlink: return "symlink";
    case Kind::empty_directory: return "empty_directory";
    default: return "file";
  }
}

}  // namespace vstore::cli
