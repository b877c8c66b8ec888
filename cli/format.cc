#include "cli/format.h"

#include "cli/placeholders.h"
#include "cli/safe_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

std::string person_text(const Person& person) { return safe_text(person.name + " <" + person.email + ">"); }

/// The message, each line behind four spaces, without blank lines at its end.
std::string indented(std::string_view message) {
  while (message.ends_with('\n')) message.remove_suffix(1);
  std::string text;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    text += "    " + safe_text(message.substr(0, end)) + "\n";
    if (end == message.npos) break;
    message.remove_prefix(end + 1);
  }
  return text;
}

}  // namespace

CommitFormat CommitFormat::parse(const std::string& text) {
  static const std::pair<std::string_view, Kind> names[] = {{"oneline", Kind::oneline}, {"short", Kind::short_text},
                                                            {"medium", Kind::medium},   {"full", Kind::full},
                                                            {"fuller", Kind::fuller}};
  CommitFormat format;
  for (const auto& [name, kind] : names) {
    if (text != name) continue;
    format.kind = kind;
    format.terminated = kind == Kind::oneline;
    return format;
  }
  if (text == "reference") return parse("%h (%s, %as)");
  const bool separated = text.starts_with("format:");
  const bool terminated = text.starts_with("tformat:");
  if (!separated && !terminated && text.find('%') == text.npos) {
    throw Error(ErrorCode::usage, "unknown format '" + escape_for_terminal(text) + "'",
                "formats are oneline, short, medium, full, fuller, reference and texts with placeholders such as '%h %s'");
  }
  format.kind = Kind::custom;
  format.terminated = !separated;
  format.custom = separated || terminated ? text.substr(text.find(':') + 1) : text;
  return format;
}

std::string CommitFormatter::shown_id(const Id& id) const {
  return format_.abbreviate ? abbreviate(snapshot_, id) : id.hex();
}

std::string CommitFormatter::text(const Id& id, const Commit& commit) const {
  if (format_.kind == CommitFormat::Kind::custom) {
    return expand_placeholders(format_.custom, id, commit, snapshot_, decorations_, out_);
  }
  if (format_.kind == CommitFormat::Kind::oneline) {
    return out_.paint(Colour::yellow, shown_id(id)) + decorations_.text(id, out_) + " " +
           safe_text(subject_line(commit.message));
  }
  const bool subject_only = format_.kind == CommitFormat::Kind::short_text;
  const std::string message = indented(subject_only ? subject_line(commit.message) : commit.message);
  return headers(id, commit) + (message.empty() ? "" : "\n" + message);
}

std::string CommitFormatter::headers(const Id& id, const Commit& commit) const {
  using Kind = CommitFormat::Kind;
  std::string text = out_.paint(Colour::yellow, "commit " + shown_id(id)) + decorations_.text(id, out_) + "\n";
  if (commit.parents.size() > 1) {
    text += "Merge:";
    for (const Id& parent : commit.parents) text += " " + abbreviate(snapshot_, parent);
    text += "\n";
  }
  const bool fuller = format_.kind == Kind::fuller;
  text += (fuller ? "Author:     " : "Author: ") + person_text(commit.author) + "\n";
  if (fuller) text += "AuthorDate: " + git_date(commit.author_time) + "\n";
  if (format_.kind == Kind::medium) text += "Date:   " + git_date(commit.author_time) + "\n";
  if (format_.kind == Kind::full || fuller) {
    text += (fuller ? "Commit:     " : "Commit: ") + person_text(commit.committer) + "\n";
  }
  if (fuller) text += "CommitDate: " + git_date(commit.commit_time) + "\n";
  if (format_.kind == Kind::short_text) return text;
  for (const auto& [key, value] : commit.meta) {
    text += (fuller ? "Meta:       " : "Meta:   ") + safe_text(key + "=" + value) + "\n";
  }
  return text;
}

Json commit_json(const Id& id, const Commit& commit) {
  Json item;
  item["id"] = to_json(id);
  item["tree"] = to_json(commit.tree);
  item["parents"] = Json::array();
  for (const Id& parent : commit.parents) item["parents"].push_back(to_json(parent));
  item["author"] = to_json(commit.author);
  item["author_time"] = iso_time(commit.author_time);
  item["committer"] = to_json(commit.committer);
  item["commit_time"] = iso_time(commit.commit_time);
  set_text(item, "message", commit.message);
  item["meta"] = Json::object();
  for (const auto& [key, value] : commit.meta) item["meta"][key] = value;
  return item;
}

Json commit_json(const Id& id, const Commit& commit, const Decorations& decorations) {
  Json item = commit_json(id, commit);
  item["refs"] = decorations.names(id);
  return item;
}

}  // namespace vstore::cli
