// history/time_approx.cc - dates as people say them, read from left to right as git does.
//
// The reader keeps a draft: the clock starts at now's, the date is unsaid. A number waits until the next
// word tells what it counts ("3 weeks"), or becomes day, month or year if none does. Relative words move
// the draft, filling in what was unsaid from now; so "2 years 3 months ago" and "6pm yesterday" need no
// rules of their own. Unlike git, which ignores words it doesn't know, this reader gives up on them.
#include <iterator>

#include "history/time_parse.h"

namespace vstore {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

struct Unit {
  std::string_view name;
  std::int64_t seconds;
};
constexpr Unit kUnits[] = {{"seconds", 1},
                           {"secs", 1},
                           {"minutes", 60},
                           {"mins", 60},
                           {"hours", 3600},
                           {"days", kDaySeconds},
                           {"weeks", 7 * kDaySeconds},
                           {"fortnights", 14 * kDaySeconds}};

constexpr std::string_view kNumberWords[] = {"zero", "one",   "two",   "three", "four", "five",
                                             "six",  "seven", "eight", "nine",  "ten"};
constexpr std::string_view kFillers[] = {"ago",  "at", "on", "the", "of", "and",
                                         "this", "st", "nd", "rd",  "th"};

bool is(std::string_view word, std::string_view name) {
  return word.size() == name.size() && abbreviates(word, name);
}
/// The whole name, or all but its plural s.
bool is_or_singular(std::string_view word, std::string_view plural) {
  return word.size() + 1 >= plural.size() && abbreviates(word, plural);
}

class ApproximateReader {
 public:
  ApproximateReader(std::string_view text, const Time& now)
      : scanner_(text), now_(now), today_(civil_from_time(now)), draft_(today_) {
    draft_.year = draft_.month = draft_.day = kUnsaid;
  }

  std::optional<Time> read() {
    for (TimeToken token = scanner_.take(); token.kind != TimeToken::Kind::end; token = scanner_.take()) {
      if (token.kind == TimeToken::Kind::number && !read_number(token)) return std::nullopt;
      if (token.kind == TimeToken::Kind::word && !read_word(token.text)) return std::nullopt;
    }
    if (!settle_number() || !understood_) return std::nullopt;
    if (never_) return Time{0, now_.zone_minutes};
    move_back(0);
    return Time{seconds_from_civil(draft_, now_.zone_minutes), now_.zone_minutes};
  }

 private:
  static constexpr int kUnsaid = -1;

  // -- numbers --

  bool read_number(const TimeToken& token) {
    if (!settle_number()) return false;
    understood_ = true;
    if (scanner_.take_before_digit(':')) return read_clock(token.number);
    for (const char separator : {'-', '/', '.'}) {
      if (scanner_.take_before_digit(separator)) return read_date(token.number, separator);
    }
    if (const std::optional<NumericDate> date = read_compact_date(token)) return set_date(*date);
    count_ = token.number;
    return true;
  }

  bool read_clock(std::int64_t hour) {
    const std::int64_t minute = scanner_.take().number;
    const std::int64_t second = scanner_.take_before_digit(':') ? scanner_.take().number : 0;
    if (hour > 24 || minute > 59 || second > 60) return false;
    set_clock(static_cast<int>(hour), static_cast<int>(minute), static_cast<int>(second));
    return true;
  }

  bool read_date(std::int64_t first, char separator) {
    const std::int64_t second = scanner_.take().number;
    const std::int64_t third = scanner_.take_before_digit(separator) ? scanner_.take().number : -1;
    const std::optional<NumericDate> date = read_numeric_date({first, second, third}, separator, now_);
    return date && set_date(*date);
  }

  bool set_date(const NumericDate& date) {
    if (date.year >= 0) draft_.year = date.year;
    draft_.month = date.month;
    draft_.day = date.day;
    return true;
  }

  /// A number that no word claimed is the first of day, month and year that is unsaid and that it fits.
  bool settle_number() {
    if (!count_) return true;
    const std::int64_t number = *count_;
    count_.reset();
    const std::optional<int> year = full_year(number);
    if (draft_.day == kUnsaid && number >= 1 && number < 32) {
      draft_.day = static_cast<int>(number);
    } else if (draft_.month == kUnsaid && number >= 1 && number < 13) {
      draft_.month = static_cast<int>(number);
    } else if (draft_.year == kUnsaid && year) {
      draft_.year = *year;
    } else {
      return false;
    }
    return true;
  }

  // -- words --

  bool read_word(std::string_view word) {
    if (read_filler(word)) return true;
    understood_ = true;
    return read_month(word) || read_name(word) || read_half_day(word) || read_count(word) ||
           read_unit(word) || read_weekday(word);
  }

  bool read_filler(std::string_view word) const {
    for (const std::string_view filler : kFillers) {
      if (is(word, filler)) return true;
    }
    return false;
  }

  bool read_month(std::string_view word) {
    const std::optional<int> month = month_number(word);
    if (month) draft_.month = *month;
    return month.has_value();
  }

  bool read_name(std::string_view word) {
    if (is(word, "now") || is(word, "today")) return drop_count_and_move(0);
    if (is(word, "yesterday")) return drop_count_and_move(kDaySeconds);
    if (is(word, "tomorrow")) return drop_count_and_move(-kDaySeconds);
    if (is(word, "midnight")) return go_back_to_hour(0);
    if (is(word, "noon")) return go_back_to_hour(12);
    if (is(word, "tea")) return go_back_to_hour(17);
    if (is(word, "never")) return never_ = true;
    return false;
  }

  bool drop_count_and_move(std::int64_t seconds) {
    count_.reset();
    move_back(seconds);
    return true;
  }

  /// The last time the clock showed this hour.
  bool go_back_to_hour(int hour) {
    if (!settle_number()) return false;
    if (draft_.hour < hour) move_back(kDaySeconds);
    set_clock(hour, 0, 0);
    return true;
  }

  bool read_half_day(std::string_view word) {
    const bool afternoon = is(word, "pm");
    if (!afternoon && !is(word, "am")) return false;
    if (count_) set_clock(static_cast<int>(*count_ % 24), 0, 0);
    count_.reset();
    draft_.hour = draft_.hour % 12 + (afternoon ? 12 : 0);
    return true;
  }

  bool read_count(std::string_view word) {
    if (count_) return false;
    if (is(word, "a") || is(word, "an") || is(word, "last")) count_ = 1;
    for (std::size_t i = 0; i < std::size(kNumberWords); ++i) {
      if (is(word, kNumberWords[i])) count_ = static_cast<std::int64_t>(i);
    }
    return count_.has_value();
  }

  bool read_unit(std::string_view word) {
    if (!count_) return false;
    const std::int64_t count = *count_;
    constexpr std::int64_t kCountMax = 100'000'000'000;
    if (count > kCountMax) return false;
    for (const Unit& unit : kUnits) {
      if (!is_or_singular(word, unit.name)) continue;
      count_.reset();
      move_back(count * unit.seconds);
      return true;
    }
    if (is_or_singular(word, "months")) return move_back_months(count);
    if (is_or_singular(word, "years")) return move_back_months(count * 12);
    return false;
  }

  bool move_back_months(std::int64_t months) {
    if (months > 12 * 10'000) return false;
    count_.reset();
    move_back(0);
    const int total = draft_.year * 12 + (draft_.month - 1) - static_cast<int>(months);
    if (total < 0) return false;
    draft_.year = total / 12;
    draft_.month = total % 12 + 1;
    return true;
  }

  /// "friday", "last friday": the latest one before today; "3 fridays ago" the third of them.
  bool read_weekday(std::string_view word) {
    const std::optional<int> wanted = weekday_number(word);
    if (!wanted) return false;
    const std::int64_t weeks = count_.value_or(1);
    if (weeks < 1 || weeks > 1'000'000) return false;
    count_.reset();
    fill_in();
    const int days = (weekday_of(draft_) - *wanted + 6) % 7 + 1;
    move_back((days + 7 * (weeks - 1)) * kDaySeconds);
    return true;
  }

  // -- the draft --

  void set_clock(int hour, int minute, int second) {
    draft_.hour = hour;
    draft_.minute = minute;
    draft_.second = second;
  }

  /// What is unsaid of the date is now's; a month still to come is last year's.
  void fill_in() {
    if (draft_.day == kUnsaid) draft_.day = today_.day;
    if (draft_.month == kUnsaid) draft_.month = today_.month;
    if (draft_.year == kUnsaid) draft_.year = draft_.month > today_.month ? today_.year - 1 : today_.year;
  }

  void move_back(std::int64_t seconds) {
    fill_in();
    draft_ = civil_from_time({seconds_from_civil(draft_, 0) - seconds, 0});
  }

  TimeScanner scanner_;
  Time now_;
  CivilTime today_;
  CivilTime draft_;
  std::optional<std::int64_t> count_;  // a number that waits for what it counts
  bool understood_ = false;
  bool never_ = false;
};

}  // namespace

std::optional<Time> parse_approximate_time(std::string_view text, const Time& now) {
  return ApproximateReader(text, now).read();
}

}  // namespace vstore
