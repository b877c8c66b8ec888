#include "history/time_parse.h"

#include <algorithm>
#include <string>

#include "vstore/error.h"
#include "vstore/revision.h"

namespace vstore {
namespace {

constexpr std::int64_t kFutureSecondsMax = 10 * 86'400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

std::int64_t saturated(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = std::min<std::int64_t>(value * 10 + (c - '0'), 1'000'000'000'000'000);
  return value;
}

std::optional<int> position_of(std::string_view word, const std::string_view* names, int count) {
  if (word.size() < 3) return std::nullopt;
  for (int i = 0; i < count; ++i) {
    if (abbreviates(word, names[i])) return i;
  }
  return std::nullopt;
}

std::optional<NumericDate> as_date(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (month < 1 || month > 12 || day < 1) return std::nullopt;
  const std::optional<int> full = year < 0 ? 2000 : full_year(year);  // a leap year lets 29 February pass
  if (!full || day > days_in_month(*full, static_cast<int>(month))) return std::nullopt;
  return NumericDate{year < 0 ? -1 : *full, static_cast<int>(month), static_cast<int>(day)};
}

std::optional<NumericDate> as_past_date(std::int64_t year, std::int64_t month, std::int64_t day,
                                        const Time& now) {
  std::optional<NumericDate> date = as_date(year, month, day);
  if (!date) return std::nullopt;
  CivilTime civil = civil_from_time(now);
  if (date->year >= 0) civil.year = date->year;
  civil.month = date->month;
  civil.day = date->day;
  if (seconds_from_civil(civil, now.zone_minutes) > now.seconds + kFutureSecondsMax) return std::nullopt;
  return date;
}

}  // namespace

TimeToken TimeScanner::peek() const {
  if (rest_.empty()) return {};
  const auto run = [this](bool (*belongs)(char)) {
    return rest_.substr(
        0, static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), belongs) - rest_.begin()));
  };
  if (is_digit(rest_.front())) {
    const std::string_view digits = run(is_digit);
    return {TimeToken::Kind::number, digits, saturated(digits)};
  }
  if (is_letter(rest_.front())) return {TimeToken::Kind::word, run(is_letter)};
  return {TimeToken::Kind::other, rest_.substr(0, 1)};
}

TimeToken TimeScanner::take() {
  const TimeToken token = peek();
  rest_.remove_prefix(token.text.size());
  return token;
}

bool TimeScanner::take_before_digit(char byte) {
  if (rest_.size() < 2 || rest_[0] != byte || !is_digit(rest_[1])) return false;
  rest_.remove_prefix(1);
  return true;
}

bool abbreviates(std::string_view word, std::string_view name) {
  return word.size() <= name.size() &&
         std::equal(word.begin(), word.end(), name.begin(), [](char a, char b) { return lower(a) == b; });
}

std::optional<int> month_number(std::string_view word) {
  static constexpr std::string_view kNames[] = {"january",   "february", "march",    "april",
                                                "may",       "june",     "july",     "august",
                                                "september", "october",  "november", "december"};
  const std::optional<int> at = position_of(word, kNames, 12);
  return at ? std::optional(*at + 1) : std::nullopt;
}

std::optional<int> weekday_number(std::string_view word) {
  static constexpr std::string_view kNames[] = {"sundays",   "mondays", "tuesdays", "wednesdays",
                                                "thursdays", "fridays", "saturdays"};
  return position_of(word, kNames, 7);
}

std::optional<int> full_year(std::int64_t number) {
  if (number >= 1970 && number < 2100) return static_cast<int>(number);
  if (number > 70 && number < 100) return static_cast<int>(number + 1900);
  if (number >= 0 && number < 38) return static_cast<int>(number + 2000);
  return std::nullopt;
}

std::optional<NumericDate> read_numeric_date(const std::array<std::int64_t, 3>& n, char separator,
                                             const Time& now) {
  if (n[0] > 70) {
    if (auto date = as_date(n[0], n[1], n[2])) return date;
    if (auto date = as_date(n[0], n[2], n[1])) return date;
  }
  const bool american_first = separator != '.';
  if (american_first) {
    if (auto date = as_past_date(n[2], n[0], n[1], now)) return date;
  }
  if (auto date = as_past_date(n[2], n[1], n[0], now)) return date;
  return american_first ? std::nullopt : as_past_date(n[2], n[0], n[1], now);
}

std::optional<NumericDate> read_compact_date(const TimeToken& token) {
  if (token.kind != TimeToken::Kind::number || token.text.size() != 8) return std::nullopt;
  return as_date(token.number / 10'000, token.number / 100 % 100, token.number % 100);
}

Time parse_time(std::string_view text, const Time& now) {
  if (auto time = parse_exact_time(text, now)) return *time;
  if (auto time = parse_approximate_time(text, now)) return *time;
  throw Error(ErrorCode::usage, "cannot understand the date '" + std::string(text) + "'",
              "write it as '2026-01-31 14:00', '2 weeks ago', 'yesterday' or '@1767225600'");
}

}  // namespace vstore
