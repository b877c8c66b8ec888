#include "cli/format.h"

#include "cli/identity.h"
#include "cli/refs.h"
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

/// What follows the first paragraph.
std::string_view body_of(std::string_view message) {
  const std::size_t gap = message.find("\n\n");
  if (gap == message.npos) return {};
  message.remove_prefix(gap + 2);
  while (message.starts_with('\n')) message.remove_prefix(1);
  return message;
}

/// The first paragraph as one line, as git means "subject".
std::string subject_line(std::string_view message) {
  std::string line(message.substr(0, message.find("\n\n")));
  while (line.ends_with('\n')) line.pop_back();
  for (char& c : line) c = c == '\n' ? ' ' : c;
  return line;
}

/// The subject as part of a file's name: "Add-the-buick".
std::string file_name(const std::string& subject) {
  std::string name;
  bool gap = false;
  for (const char c : subject) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
    if (!kept) {
      gap = true;
      continue;
    }
    if (gap && !name.empty()) name += '-';
    gap = false;
    if (c != '.' || !name.ends_with('.')) name += c;
  }
  while (name.ends_with('.') || name.ends_with('-')) name.pop_back();
  return name;
}

/// "HEAD -> main, tag: v1" out of " (HEAD -> main, tag: v1)".
std::string bare_decorations(const std::string& text) { return text.size() < 3 ? "" : text.substr(2, text.size() - 3); }

/// Takes "xNN" off `rest`: the byte with that hexadecimal number.
std::optional<std::string> take_byte(std::string_view& rest) {
  const std::string_view digits = rest.substr(0, 3);
  if (digits.size() < 3 || digits.substr(1).find_first_not_of("0123456789abcdefABCDEF") != digits.npos) return std::nullopt;
  rest.remove_prefix(3);
  return std::string(1, static_cast<char>(std::stoi(std::string(digits.substr(1)), nullptr, 16)));
}

/// Takes "Cred", "C(yellow)", "Creset" and their kin off `rest`: the terminal's code for it, if output has colours.
std::optional<std::string> take_colour(std::string_view& rest, bool coloured) {
  static constexpr std::pair<std::string_view, const char*> kCodes[] = {
      {"reset", "\033[m"},    {"bold", "\033[1m"},  {"dim", "\033[2m"},     {"red", "\033[31m"},  {"green", "\033[32m"},
      {"yellow", "\033[33m"}, {"blue", "\033[34m"}, {"magenta", "\033[35m"}, {"cyan", "\033[36m"}, {"auto", ""}};
  for (const auto& [name, code] : kCodes) {
    for (const std::string& form : {"C" + std::string(name), "C(" + std::string(name) + ")"}) {
      if (!rest.starts_with(form)) continue;
      rest.remove_prefix(form.size());
      return coloured ? code : "";
    }
  }
  return std::nullopt;
}

/// Takes "(meta:KEY)" off `rest`: the value, or nothing.
std::optional<std::string> take_meta(std::string_view& rest, const Commit& commit) {
  constexpr std::string_view kBegin = "(meta:";
  const std::size_t close = rest.find(')');
  if (!rest.starts_with(kBegin) || close == rest.npos) return std::nullopt;
  const auto found = commit.meta.find(std::string(rest.substr(kBegin.size(), close - kBegin.size())));
  rest.remove_prefix(close + 1);
  return found == commit.meta.end() ? std::string() : safe_text(found->second);
}

/// The letter behind "%a" and "%c".
std::optional<std::string> person_field(char letter, const Person& person, const Time& time) {
  switch (letter) {
    case 'n':
    case 'N': return safe_text(person.name);
    case 'e':
    case 'E': return safe_text(person.email);
    case 'l':
    case 'L': return safe_text(person.email.substr(0, person.email.find('@')));
    case 'd': return git_date(time);
    case 'D': return rfc_date(time);
    case 'i': return iso_like_date(time);
    case 'I': return iso_time(time);
    case 's': return iso_time(time).substr(0, 10);
    case 'r': return relative_date(time, now());
    case 't': return std::to_string(time.seconds);
    default: return std::nullopt;
  }
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
  const bool separated = text.starts_with("format:");
  const bool terminated = text.starts_with("tformat:");
  if (!separated && !terminated && text.find('%') == text.npos) {
    throw Error(ErrorCode::usage, "unknown format '" + escape_for_terminal(text) + "'",
                "formats are oneline, short, medium, full, fuller and texts with placeholders such as '%h %s'");
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
  if (format_.kind == CommitFormat::Kind::custom) return expanded(id, commit);
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

std::string CommitFormatter::expanded(const Id& id, const Commit& commit) const {
  std::string text;
  std::string_view rest = format_.custom;
  while (!rest.empty()) {
    const std::size_t percent = rest.find('%');
    text += rest.substr(0, percent);
    if (percent == rest.npos) break;
    rest.remove_prefix(percent + 1);
    text += placeholder(rest, id, commit);
  }
  return text;
}

/// Takes one placeholder (without its %) off `rest`. What is none stays as it is, as in git.
std::string CommitFormatter::placeholder(std::string_view& rest, const Id& id, const Commit& commit) const {
  const auto joined = [&](bool abbreviated) {
    std::string ids;
    for (const Id& parent : commit.parents) {
      ids += (ids.empty() ? "" : " ") + (abbreviated ? vstore::abbreviate(snapshot_, parent) : parent.hex());
    }
    return ids;
  };
  if (rest.size() >= 2 && (rest[0] == 'a' || rest[0] == 'c')) {
    const bool author = rest[0] == 'a';
    const auto field = person_field(rest[1], author ? commit.author : commit.committer,
                                    author ? commit.author_time : commit.commit_time);
    if (field) {
      rest.remove_prefix(2);
      return *field;
    }
  }
  if (rest.starts_with('x')) {
    if (auto byte = take_byte(rest)) return *byte;
  } else if (rest.starts_with('C')) {
    if (auto code = take_colour(rest, out_.coloured())) return *code;
  } else if (rest.starts_with('(')) {
    if (auto value = take_meta(rest, commit)) return *value;
  }
  const char letter = rest.empty() ? '\0' : rest[0];
  if (!rest.empty()) rest.remove_prefix(1);
  switch (letter) {
    case 'H': return id.hex();
    case 'h': return vstore::abbreviate(snapshot_, id);
    case 'T': return commit.tree.hex();
    case 't': return vstore::abbreviate(snapshot_, commit.tree);
    case 'P': return joined(false);
    case 'p': return joined(true);
    case 's': return safe_text(subject_line(commit.message));
    case 'b': return safe_text(body_of(commit.message));
    case 'B': return safe_text(commit.message);
    case 'd': return decorations_.text(id, out_);
    case 'D': return bare_decorations(decorations_.text(id, Output(1, false)));
    case 'f': return file_name(subject_line(commit.message));
    case 'n': return "\n";
    case '%': return "%";
    case '\0': return "%";
    default: return std::string("%") + letter;
  }
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
