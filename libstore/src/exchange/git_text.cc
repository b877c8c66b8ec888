#include "exchange/git_text.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"
#include "vstore/error.h"

namespace vstore {
namespace {

[[noreturn]] void fail(std::string_view what, std::string_view text) {
  throw Error(ErrorCode::damaged,
              "bad " + std::string(what) + " in git's stream: '" + std::string(text.substr(0, 200)) + "'");
}

/// What a person may not have: '<', '>' and line feeds.
std::string person_text(std::string_view text) {
  std::string clean = metadata_text(text);
  std::erase_if(clean, [](char c) { return c == '<' || c == '>' || c == '\n'; });
  return clean;
}

std::string_view trimmed(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

char unescaped(std::string_view& text) {
  const char c = text.front();
  if (c >= '0' && c <= '3' && text.size() >= 3) {
    int value = 0;
    std::from_chars(text.data(), text.data() + 3, value, 8);
    text.remove_prefix(3);
    return static_cast<char>(value);
  }
  text.remove_prefix(1);
  constexpr std::string_view names = "abtnvfr";  // in the order of their codes, 7 to 13
  const std::size_t at = names.find(c);
  return at == std::string_view::npos ? c : static_cast<char>(7 + at);
}

}  // namespace

std::pair<Person, Time> parse_signature(std::string_view text) {
  const std::size_t open = text.find('<');
  const std::size_t close = text.rfind('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) fail("person", text);
  Person who{person_text(trimmed(text.substr(0, open))),
             person_text(text.substr(open + 1, close - open - 1))};
  const std::string_view when = trimmed(text.substr(close + 1));
  Time time;
  const auto [end, err] = std::from_chars(when.data(), when.data() + when.size(), time.seconds);
  int zone = 0;
  const char* at = end;
  const char* const last = when.data() + when.size();
  while (at < last && *at == ' ') ++at;
  const bool west = at < last && *at == '-';
  if (at < last && (*at == '+' || *at == '-')) ++at;
  if (err != std::errc() || std::from_chars(at, last, zone).ec != std::errc()) fail("time", text);
  time.zone_minutes = std::clamp(zone / 100 * 60 + zone % 100, 0, 24 * 60 - 1) * (west ? -1 : 1);
  return {std::move(who), time};
}

std::string signature(const Person& who, const Time& time) {
  const int zone = std::abs(time.zone_minutes);
  char text[48];
  std::snprintf(text, sizeof text, " %lld %c%02d%02d", static_cast<long long>(time.seconds),
                time.zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
  return who.name + (who.name.empty() ? "<" : " <") + who.email + ">" + text;
}

std::string take_path(std::string_view& text, bool to_space) {
  std::string path;
  if (!text.starts_with('"')) {
    const std::size_t end = to_space ? std::min(text.find(' '), text.size()) : text.size();
    path = text.substr(0, end);
    text.remove_prefix(end);
    return path;
  }
  const std::string_view whole = text;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1) {
      text.remove_prefix(1);
      path += unescaped(text);
    } else {
      path += text.front();
      text.remove_prefix(1);
    }
  }
  if (text.empty()) fail("path", whole);
  text.remove_prefix(1);
  return path;
}

std::string stream_path(std::string_view path) {
  const auto needs = [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; };
  if (std::ranges::none_of(path, needs)) return std::string(path);
  std::string quoted = "\"";
  for (const char c : path) {
    if (!needs(c)) {
      quoted += c;
      continue;
    }
    char escape[5];
    std::snprintf(escape, sizeof escape, "\\%03o", static_cast<unsigned>(static_cast<unsigned char>(c)));
    quoted += escape;
  }
  return quoted + "\"";
}

std::string metadata_text(std::string_view text) {
  std::string clean;
  if (is_utf8(text)) {
    clean = text;
  } else {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80)
        clean += c;
      else
        (clean += static_cast<char>(0xc0 | byte >> 6)) += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  std::erase(clean, '\0');
  return clean;
}

}  // namespace vstore
