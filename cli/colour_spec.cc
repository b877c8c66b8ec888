#include "cli/colour_spec.h"

#include <charconv>
#include <vector>

namespace vstore::cli {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == text.npos) return words;
    text.remove_prefix(begin);
    const std::size_t size = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

std::optional<unsigned> number(std::string_view text, int base) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "1" for bold, "22" for nobold.
std::optional<std::string> attribute(std::string_view word) {
  struct Attribute {
    std::string_view name;
    const char* on;
    const char* off;
  };
  static constexpr Attribute attributes[] = {
      {"bold", "1", "22"},  {"dim", "2", "22"},     {"italic", "3", "23"}, {"ul", "4", "24"},
      {"blink", "5", "25"}, {"reverse", "7", "27"}, {"strike", "9", "29"}};
  const bool off = word.starts_with("no");
  if (off) word.remove_prefix(word.starts_with("no-") ? 3 : 2);
  for (const Attribute& a : attributes) {
    if (word == a.name) return off ? a.off : a.on;
  }
  return std::nullopt;
}

/// The code of a colour, in front (30) or behind (40); empty for "normal".
std::optional<std::string> colour(std::string_view word, unsigned base) {
  static constexpr std::string_view names[] = {"black", "red",     "green", "yellow",
                                               "blue",  "magenta", "cyan",  "white"};
  if (word == "normal") return "";
  if (word == "default") return std::to_string(base + 9);
  const bool bright = word.starts_with("bright");
  if (bright) word.remove_prefix(6);
  for (unsigned i = 0; i < std::size(names); ++i) {
    if (word == names[i]) return std::to_string(base + i + (bright ? 60 : 0));
  }
  if (bright) return std::nullopt;
  if (word.size() == 7 && word[0] == '#') {
    const auto rgb = number(word.substr(1), 16);
    if (!rgb) return std::nullopt;
    return std::to_string(base + 8) + ";2;" + std::to_string(*rgb >> 16) + ";" +
           std::to_string(*rgb >> 8 & 255) + ";" + std::to_string(*rgb & 255);
  }
  const auto value = number(word, 10);
  if (!value || *value > 255) return std::nullopt;
  if (*value < 8) return std::to_string(base + *value);
  if (*value < 16) return std::to_string(base + 60 + *value - 8);
  return std::to_string(base + 8) + ";5;" + std::to_string(*value);
}

}  // namespace

std::optional<std::string> colour_code(std::string_view spec) {
  std::string attributes, colours;
  unsigned base = 30;  // then 40, then no more
  bool reset = false;
  const auto add = [](std::string& list, const std::string& code) {
    if (!code.empty()) list += (list.empty() ? "" : ";") + code;
  };
  for (const std::string_view word : words_of(spec)) {
    if (word == "reset") {
      reset = true;
    } else if (const auto code = attribute(word)) {
      add(attributes, *code);
    } else {
      const auto found = base <= 40 ? colour(word, base) : std::nullopt;
      if (!found) return std::nullopt;
      add(colours, *found);
      base += 10;
    }
  }
  std::string code = attributes;
  add(code, colours);
  if (code.empty()) return reset ? "\033[m" : "";
  return "\033[" + std::string(reset ? ";" : "") + code + "m";
}

}  // namespace vstore::cli
