// A format is read from left to right. Three things reach beyond one placeholder: padding applies to the next
// one, wrapping to all that follows, and a sign ("%+b") looks at whether the placeholder behind it was empty.
#include "cli/placeholders.h"

#include <fnmatch.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "cli/colour_spec.h"
#include "cli/date_format.h"
#include "cli/identity.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "cli/safe_text.h"
#include "cli/text_layout.h"
#include "cli/trailers.h"
#include "vstore/describe.h"
#include "vstore/revision.h"

namespace vstore::cli {
namespace {

/// What follows the first paragraph.
std::string_view body_of(std::string_view message) {
  const std::size_t gap = message.find("\n\n");
  if (gap == message.npos) return {};
  message.remove_prefix(gap + 2);
  while (message.starts_with('\n')) message.remove_prefix(1);
  return message;
}

/// The subject as part of a file's name: "Add-the-buick".
std::string file_name(const std::string& subject) {
  std::string name;
  bool gap = false;
  for (const char c : subject) {
    const bool kept =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
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
std::string bare_decorations(const std::string& text) {
  return text.size() < 3 ? "" : text.substr(2, text.size() - 3);
}

/// The letter behind "%a" and "%c".
std::optional<std::string> person_field(char letter, const Person& person, const Time& time) {
  switch (letter) {
    case 'n':
    case 'N':
      return safe_text(person.name);
    case 'e':
    case 'E':
      return safe_text(person.email);
    case 'l':
    case 'L':
      return safe_text(person.email.substr(0, person.email.find('@')));
    case 'd':
      return git_date(time);
    case 'D':
      return rfc_date(time);
    case 'h':
      return human_date(time, now());
    case 'i':
      return iso_like_date(time);
    case 'I':
      return iso_time(time);
    case 's':
      return iso_time(time).substr(0, 10);
    case 'r':
      return relative_date(time, now());
    case 't':
      return std::to_string(time.seconds);
    default:
      return std::nullopt;
  }
}

std::vector<std::string_view> split(std::string_view list, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t size = list.find(separator);
    parts.push_back(list.substr(0, size));
    if (size == list.npos) return parts;
    list.remove_prefix(size + 1);
  }
}

std::optional<std::size_t> number(std::string_view text) {
  if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != text.npos)
    return std::nullopt;
  return std::stoul(std::string(text));
}

/// How much of its room a text takes, and where it stands in it.
struct Padding {
  enum class Side { left, right, right_and_left_over, both };
  Side side = Side::left;
  std::size_t width = 0;
  bool to_column = false;  ///< `width` counts from the line's beginning
  std::string cut;         ///< "trunc", "ltrunc", "mtrunc", or empty: do not cut
};

class Expansion {
 public:
  Expansion(const Id& id, const Commit& commit, const Snapshot& snapshot, const Decorations& decorations,
            const Output& out)
      : id_(id), commit_(commit), snapshot_(snapshot), decorations_(decorations), out_(out) {}

  std::string run(std::string_view format) {
    rest_ = format;
    while (!rest_.empty()) {
      const std::size_t percent = rest_.find('%');
      text_ += rest_.substr(0, percent);
      if (percent == rest_.npos) break;
      rest_.remove_prefix(percent + 1);
      if (!signed_item()) text_ += '%';
    }
    wrap_what_follows(0, 0, 0);
    return std::move(text_);
  }

 private:
  /// Takes a placeholder with its sign off `rest_`; false, and takes nothing, if it is none.
  bool signed_item() {
    const std::string_view begin = rest_;
    const char sign = rest_.empty() ? '\0' : rest_[0];
    const bool has_sign = sign == '+' || sign == '-' || sign == ' ';
    if (has_sign) rest_.remove_prefix(1);
    const std::size_t size = text_.size();
    const bool taken = (!has_sign || !rest_.starts_with('w')) && padded_item();
    if (!taken) {
      rest_ = begin;
      return false;
    }
    const bool empty = text_.size() == size;
    if (sign == '-' && empty) {
      while (text_.ends_with('\n')) text_.pop_back();
      wrap_begin_ = std::min(wrap_begin_, text_.size());
    }
    if (has_sign && sign != '-' && !empty) text_.insert(size, 1, sign == '+' ? '\n' : ' ');
    return true;
  }

  bool padded_item() {
    if (!padding_) return layout() || append(item());
    const Padding padding = *std::exchange(padding_, std::nullopt);
    std::string value;
    while (true) {
      const bool colour = rest_.starts_with('C');
      const std::optional<std::string> part = item();
      if (part) value += *part;
      if (!part || !colour || !rest_.starts_with('%')) break;
      rest_.remove_prefix(1);
    }
    append_padded(value, padding);
    return true;
  }

  bool append(const std::optional<std::string>& value) {
    if (value) text_ += *value;
    return value.has_value();
  }

  // -- layout --

  /// %w(), %<(), %>(), %>>(), %><(): nothing by themselves.
  bool layout() {
    if (rest_.starts_with("w(")) return wrapping();
    return rest_.starts_with('<') || rest_.starts_with('>') ? take_padding() : false;
  }

  bool wrapping() {
    const std::size_t close = rest_.find(')');
    if (close == rest_.npos) return false;
    std::size_t values[3] = {};
    const std::string_view inside = rest_.substr(2, close - 2);
    const std::vector<std::string_view> parts = split(inside, ',');
    if (parts.size() > 3) return false;
    for (std::size_t i = 0; i < parts.size() && !inside.empty(); ++i) {
      const auto value = number(parts[i]);
      if (!value) return false;
      values[i] = *value;
    }
    rest_.remove_prefix(close + 1);
    wrap_what_follows(values[0], values[1], values[2]);
    return true;
  }

  /// Lays out what came since the last call, and remembers how to lay out what comes.
  void wrap_what_follows(std::size_t width, std::size_t first, std::size_t others) {
    if (wrap_width_ || wrap_first_ || wrap_others_) {
      const std::string tail =
          wrapped(std::string_view(text_).substr(wrap_begin_), wrap_width_, wrap_first_, wrap_others_);
      text_.replace(wrap_begin_, text_.npos, tail);
    }
    wrap_begin_ = text_.size();
    wrap_width_ = width, wrap_first_ = first, wrap_others_ = others;
  }

  bool take_padding() {
    std::string_view rest = rest_;
    Padding padding;
    using Side = Padding::Side;
    const auto take = [&](std::string_view sign, Side side) {
      if (!rest.starts_with(sign)) return false;
      rest.remove_prefix(sign.size());
      padding.side = side;
      return true;
    };
    if (!take("<", Side::left) && !take(">>", Side::right_and_left_over) && !take("><", Side::both))
      take(">", Side::right);
    padding.to_column = rest.starts_with('|');
    if (padding.to_column) rest.remove_prefix(1);
    const std::size_t close = rest.find(')');
    if (!rest.starts_with('(') || close == rest.npos) return false;
    const std::vector<std::string_view> parts = split(rest.substr(1, close - 1), ',');
    const auto width = number(parts[0]);
    if (!width || *width == 0 || parts.size() > 2) return false;
    if (parts.size() == 2) {
      if (parts[1] != "trunc" && parts[1] != "ltrunc" && parts[1] != "mtrunc") return false;
      padding.cut = parts[1];
    }
    padding.width = *width;
    rest.remove_prefix(close + 1);
    rest_ = rest;
    padding_ = padding;
    return true;
  }

  void append_padded(std::string value, const Padding& padding) {
    std::size_t room = padding.width;
    if (padding.to_column) {
      const std::size_t used = text_width(std::string_view(text_).substr(text_.rfind('\n') + 1));
      room = room > used ? room - used : 0;
    }
    const std::size_t width = text_width(value);
    if (padding.side == Padding::Side::right_and_left_over) {
      for (; room < width && text_.ends_with(' '); ++room) text_.pop_back();
    }
    if (width > room) {
      text_ += room >= 2 ? cut(value, width, room, padding.cut) : value;
      return;
    }
    const std::size_t left = padding.side == Padding::Side::left   ? 0
                             : padding.side == Padding::Side::both ? (room - width) / 2
                                                                   : room - width;
    text_.append(left, ' ').append(value).append(room - width - left, ' ');
  }

  static std::string cut(const std::string& value, std::size_t width, std::size_t room,
                         const std::string& how) {
    const std::size_t dropped = width - (room - 2);
    if (how == "trunc") return with_gap(value, room - 2, dropped);
    if (how == "ltrunc") return with_gap(value, 0, dropped);
    if (how == "mtrunc") return with_gap(value, room / 2 - 1, dropped);
    return value;
  }

  // -- values --

  /// Takes a placeholder off `rest_` and returns its value.
  std::optional<std::string> item() {
    if (rest_.empty()) return std::nullopt;
    switch (rest_[0]) {
      case 'a':
        return two_letters(commit_.author, commit_.author_time);
      case 'c':
        return two_letters(commit_.committer, commit_.commit_time);
      case 'x':
        return byte();
      case 'C':
        return colour();
      case '(':
        return in_parentheses();
      case 'g':
      case 'G':
        return nothing_known();
      default:
        break;
    }
    auto value = one_letter(rest_[0]);
    if (value) rest_.remove_prefix(1);
    return value;
  }

  std::optional<std::string> two_letters(const Person& person, const Time& time) {
    auto value = rest_.size() < 2 ? std::nullopt : person_field(rest_[1], person, time);
    if (value) rest_.remove_prefix(2);
    return value;
  }

  /// The entries of a reflog (%gd), which log does not walk, and signatures (%G?), which commits do not have.
  std::optional<std::string> nothing_known() {
    const std::string_view letters = rest_[0] == 'g' ? "DdnNeEs" : "G?SKFPT";
    if (rest_.size() < 2 || letters.find(rest_[1]) == letters.npos) return std::nullopt;
    const char letter = rest_[1];
    const bool signature = rest_[0] == 'G';
    rest_.remove_prefix(2);
    if (signature && letter == '?') return "N";
    return signature && letter == 'T' ? "undefined" : "";
  }

  std::optional<std::string> one_letter(char letter) const {
    switch (letter) {
      case 'H':
        return id_.hex();
      case 'h':
        return abbreviate(snapshot_, id_);
      case 'T':
        return commit_.tree.hex();
      case 't':
        return abbreviate(snapshot_, commit_.tree);
      case 'P':
        return parents(false);
      case 'p':
        return parents(true);
      case 's':
        return safe_text(subject_line(commit_.message));
      case 'b':
        return safe_text(body_of(commit_.message));
      case 'B':
        return safe_text(commit_.message);
      case 'd':
        return decorations_.text(id_, out_);
      case 'D':
        return bare_decorations(decorations_.text(id_, Output(1, false)));
      case 'f':
        return file_name(subject_line(commit_.message));
      case 'm':
        return ">";
      case 'n':
        return "\n";
      case 'e':  // the encoding: always UTF-8, which git leaves unsaid
      case 'N':
        return "";
      case '%':
        return "%";
      default:
        return std::nullopt;
    }
  }

  std::string parents(bool abbreviated) const {
    std::string ids;
    for (const Id& parent : commit_.parents) {
      ids += (ids.empty() ? "" : " ") + (abbreviated ? abbreviate(snapshot_, parent) : parent.hex());
    }
    return ids;
  }

  /// "xNN": the byte with that hexadecimal number.
  std::optional<std::string> byte() {
    const std::string_view digits = rest_.substr(1, 2);
    if (digits.size() < 2 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos)
      return std::nullopt;
    rest_.remove_prefix(3);
    return std::string(1, static_cast<char>(std::stoi(std::string(digits), nullptr, 16)));
  }

  /// "Cred", "Creset", "C(bold blue)", "C(always,red)".
  std::optional<std::string> colour() {
    for (const std::string_view name : {"red", "green", "blue", "reset"}) {
      if (!rest_.substr(1).starts_with(name)) continue;
      rest_.remove_prefix(1 + name.size());
      return out_.coloured() ? colour_code(name) : "";
    }
    const std::size_t close = rest_.find(')');
    if (!rest_.starts_with("C(") || close == rest_.npos) return std::nullopt;
    std::string_view spec = rest_.substr(2, close - 2);
    const bool always = spec.starts_with("always,");
    if (always || spec.starts_with("auto,")) spec.remove_prefix(spec.find(',') + 1);
    const auto code = spec == "auto" ? std::string() : colour_code(spec);
    if (!code) return std::nullopt;
    rest_.remove_prefix(close + 1);
    return always || out_.coloured() ? *code : "";
  }

  std::optional<std::string> in_parentheses() {
    const std::size_t close = rest_.find(')');
    if (close == rest_.npos) return std::nullopt;
    const std::string_view inside = rest_.substr(1, close - 1);
    const std::size_t colon = std::min(inside.find(':'), inside.size());
    const std::string_view name = inside.substr(0, colon),
                           options = inside.substr(std::min(colon + 1, inside.size()));
    std::optional<std::string> value;
    if (name == "meta")
      value = meta(std::string(options));
    else if (name == "trailers")
      value = trailers_text(commit_.message, options);
    else if (name == "describe")
      value = description(options);
    else if (inside == "decorate")
      value = decorations_.text(id_, Output(1, false));
    if (value) rest_.remove_prefix(close + 1);
    return value;
  }

  std::string meta(const std::string& key) const {
    const auto found = commit_.meta.find(key);
    return found == commit_.meta.end() ? "" : safe_text(found->second);
  }

  /// As `vstore describe` has it, or nothing.
  std::optional<std::string> description(std::string_view options) const {
    bool tags = false;
    std::size_t digits = 10;
    std::vector<std::string> match, exclude;
    for (const std::string_view option : split(options, ',')) {
      if (option == "tags" || option == "tags=true")
        tags = true;
      else if (option == "tags=false" || option.empty())
        tags = false;
      else if (option.starts_with("match="))
        match.emplace_back(option.substr(6));
      else if (option.starts_with("exclude="))
        exclude.emplace_back(option.substr(8));
      else if (const auto given = option.starts_with("abbrev=") ? number(option.substr(7)) : std::nullopt)
        digits = *given;
      else
        return std::nullopt;
    }
    const auto matches = [](const std::vector<std::string>& patterns, const std::string& name) {
      return std::any_of(patterns.begin(), patterns.end(),
                         [&](const std::string& p) { return ::fnmatch(p.c_str(), name.c_str(), 0) == 0; });
    };
    const auto found = describe(snapshot_, id_, [&](const Ref& ref) {
      if (!ref.name.starts_with(kTags) || (!tags && ref.value.kind != Kind::ref_tag)) return false;
      const std::string name = short_name(ref.name);
      return (match.empty() || matches(match, name)) && !matches(exclude, name);
    });
    if (!found) return "";
    const std::string name = short_name(found->ref);
    if (digits == 0 || found->ahead == 0) return name;
    return name + "-" + std::to_string(found->ahead) + "-g" +
           abbreviate(snapshot_, id_, std::clamp<std::size_t>(digits, 4, 64));
  }

  const Id& id_;
  const Commit& commit_;
  const Snapshot& snapshot_;
  const Decorations& decorations_;
  const Output& out_;
  std::string_view rest_;  // of the format
  std::string text_;
  std::optional<Padding> padding_;  // for the next placeholder
  std::size_t wrap_begin_ = 0, wrap_width_ = 0, wrap_first_ = 0, wrap_others_ = 0;
};

}  // namespace

std::string subject_line(std::string_view message) {
  std::string line(message.substr(0, message.find("\n\n")));
  while (line.ends_with('\n')) line.pop_back();
  for (char& c : line) c = c == '\n' ? ' ' : c;
  return line;
}

std::string expand_placeholders(std::string_view format, const Id& id, const Commit& commit,
                                const Snapshot& snapshot, const Decorations& decorations, const Output& out) {
  return Expansion(id, commit, snapshot, decorations, out).run(format);
}

}  // namespace vstore::cli
