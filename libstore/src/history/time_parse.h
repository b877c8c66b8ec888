// history/time_parse.h - the parts of parse_time(): a scanner that both readers of dates share, the
// reader of exact dates, and the reader of everyday phrases.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "history/civil_time.h"

namespace vstore {

/// A piece of a date: a run of digits, a run of letters, or one other byte.
struct TimeToken {
  enum class Kind { end, number, word, other };
  Kind kind = Kind::end;
  std::string_view text;
  std::int64_t number = 0;  ///< saturated
};

class TimeScanner {
 public:
  explicit TimeScanner(std::string_view text) : rest_(text) {}
  /// The next piece, which stays to be taken.
  TimeToken peek() const;
  TimeToken take();
  std::string_view rest() const noexcept { return rest_; }
  /// Takes `byte` if it is next and a digit follows.
  bool take_before_digit(char byte);

 private:
  std::string_view rest_;
};

/// Three numbers joined by the same separator, read as a date: y-m-d, m/d/y, d.m.y and their kin, in
/// the order of preference that git has. Day and month readings that lie more than ten days after
/// `now` give way to the next. A year of -1 was not given.
struct NumericDate {
  int year = -1;
  int month = 0;
  int day = 0;
};
std::optional<NumericDate> read_numeric_date(const std::array<std::int64_t, 3>& numbers, char separator,
                                             const Time& now);
/// "20260102".
std::optional<NumericDate> read_compact_date(const TimeToken& token);

/// 1 to 12 for a month's name or an abbreviation of three letters or more; 0 to 6 for a weekday's.
std::optional<int> month_number(std::string_view word);
std::optional<int> weekday_number(std::string_view word);
/// True if `word` begins `name` (lower case), whatever its own case.
bool abbreviates(std::string_view word, std::string_view name);
/// Two-digit years: 71 to 99 are 19xx, 0 to 37 are 20xx.
std::optional<int> full_year(std::int64_t number);

/// A date with its time of day, all of it: "@1700000000 +0100", ISO 8601, RFC 2822, what date(1) prints.
/// Without a zone it stands in now's. nullopt if the text is anything else.
std::optional<Time> parse_exact_time(std::string_view text, const Time& now);
/// Phrases: "yesterday noon", "last friday", "3 weeks ago", "6am", "jan 5", a date alone.
std::optional<Time> parse_approximate_time(std::string_view text, const Time& now);

}  // namespace vstore
