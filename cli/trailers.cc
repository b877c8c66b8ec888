#include "cli/trailers.h"

#include <algorithm>
#include <vector>

namespace vstore::cli {
namespace {

struct Line {
  std::string text;  // with continuation lines, without the last newline
  std::string key, value;
  bool is_trailer() const { return !key.empty(); }
};

struct Options {
  std::vector<std::string> keys;  // lower case; empty: all
  bool only = false, unfold = false, key_only = false, value_only = false, given = false;
  std::string separator = "\n", key_separator = ": ";
  bool has_separator = false;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Splits "Key: value"; the key stays empty if it is none.
Line parsed(std::string text) {
  Line line{std::move(text), {}, {}};
  const std::size_t colon = line.text.find(':');
  if (colon == line.text.npos || colon == 0) return line;
  const std::string_view key = trimmed(std::string_view(line.text).substr(0, colon));
  const bool good = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
  if (!good || line.text[0] == ' ') return line;
  line.key = key;
  line.value = trimmed(std::string_view(line.text).substr(colon + 1));
  return line;
}

/// The lines of the last paragraph, if it is not the first one.
std::vector<Line> last_paragraph(std::string_view message) {
  while (message.ends_with('\n')) message.remove_suffix(1);
  const std::size_t gap = message.rfind("\n\n");
  if (gap == message.npos) return {};
  message.remove_prefix(gap + 2);
  std::vector<std::string> texts;
  while (!message.empty()) {
    const std::size_t size = std::min(message.find('\n'), message.size());
    const std::string_view text = message.substr(0, size);
    const bool continues = !texts.empty() && (text.starts_with(' ') || text.starts_with('\t'));
    if (continues)
      texts.back().append("\n").append(text);
    else
      texts.emplace_back(text);
    message.remove_prefix(std::min(size + 1, message.size()));
  }
  std::vector<Line> lines;
  for (std::string& text : texts) lines.push_back(parsed(std::move(text)));
  return lines;
}

/// All lines are trailers; or, with one that programs write, at least a quarter.
bool is_trailer_block(const std::vector<Line>& lines) {
  const auto trailers = static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [](const Line& l) { return l.is_trailer(); }));
  const auto written_by_programs = [](const Line& line) {
    return line.text.starts_with("Signed-off-by: ") || line.text.starts_with("(cherry picked from commit ");
  };
  const std::size_t others = lines.size() - trailers;
  if (std::any_of(lines.begin(), lines.end(), written_by_programs)) return trailers * 3 >= others;
  return trailers > 0 && others == 0;
}

/// "%n" and "%xNN" in separators.
std::string expanded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "%n")
      out += '\n', ++i;
    else if (text.substr(i, 2) == "%%")
      out += '%', ++i;
    else if (text.substr(i, 2) == "%x" && i + 4 <= text.size())
      out += static_cast<char>(std::strtol(std::string(text.substr(i + 2, 2)).c_str(), nullptr, 16)), i += 3;
    else
      out += text[i];
  }
  return out;
}

std::optional<Options> parse(std::string_view text) {
  Options options;
  const auto truth = [](std::string_view value) {
    return value.empty() || value == "true" || value == "yes" || value == "on";
  };
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(','), text.size());
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string_view name = word.substr(0, equals),
                           value = word.substr(std::min(equals + 1, word.size()));
    if (name == "only")
      options.only = truth(value);
    else if (name == "unfold")
      options.unfold = truth(value);
    else if (name == "keyonly")
      options.key_only = truth(value);
    else if (name == "valueonly")
      options.value_only = truth(value);
    else if (name == "separator")
      options.separator = expanded(value), options.has_separator = true;
    else if (name == "key_value_separator")
      options.key_separator = expanded(value);
    else if (name == "key" && !value.empty()) {
      options.keys.push_back(lower(value.ends_with(':') ? value.substr(0, value.size() - 1) : value));
      options.only = true;
    } else
      return std::nullopt;
    options.given = true;
  }
  return options;
}

std::string unfolded(const std::string& value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\n') {
      out += value[i];
      continue;
    }
    while (i + 1 < value.size() && (value[i + 1] == ' ' || value[i + 1] == '\t')) ++i;
    out += ' ';
  }
  return out;
}

std::string shown(const Line& line, const Options& options) {
  if (!line.is_trailer()) return line.text;
  const std::string value = options.unfold ? unfolded(line.value) : line.value;
  if (options.key_only) return options.value_only ? "" : line.key;
  return options.value_only ? value : line.key + options.key_separator + value;
}

}  // namespace

std::optional<std::string> trailers_text(std::string_view message, std::string_view given) {
  const std::optional<Options> options = parse(given);
  if (!options) return std::nullopt;
  const std::vector<Line> lines = last_paragraph(message);
  std::string text;
  if (!is_trailer_block(lines)) return text;
  bool first = true;
  for (const Line& line : lines) {
    if (!line.is_trailer() && options->only) continue;
    const bool wanted = options->keys.empty() || std::find(options->keys.begin(), options->keys.end(),
                                                           lower(line.key)) != options->keys.end();
    if (!wanted) continue;
    if (options->has_separator && !first) text += options->separator;
    first = false;
    text += (options->given ? shown(line, *options) : line.text) + (options->has_separator ? "" : "\n");
  }
  return text;
}

}  // namespace vstore::cli
