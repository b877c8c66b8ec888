// history/time_exact.cc - dates that say everything: day, time of day, and mostly the zone.
//
// The pieces are recognised by their shape, in whatever order they come; so ISO 8601, RFC 2822 and the
// output of date(1) need no formats of their own. A piece that fits nothing, or comes twice, makes the
// text no exact date.
#include "history/time_parse.h"

namespace vstore {
namespace {

struct ZoneName {
  std::string_view name;
  int minutes;
};
constexpr ZoneName kZones[] = {{"z", 0},      {"utc", 0},     {"gmt", 0},     {"wet", 0},    {"west", 60},
                               {"bst", 60},   {"cet", 60},    {"cest", 120},  {"eet", 120},  {"eest", 180},
                               {"msk", 180},  {"ist", 330},   {"jst", 540},   {"est", -300}, {"edt", -240},
                               {"cst", -360}, {"cdt", -300},  {"mst", -420},  {"mdt", -360}, {"pst", -480},
                               {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"hst", -600}};

std::optional<int> zone_named(std::string_view word) {
  for (const ZoneName& zone : kZones) {
    if (word.size() == zone.name.size() && abbreviates(word, zone.name)) return zone.minutes;
  }
  return std::nullopt;
}

/// What follows the sign: "0100", "01:00" or "01".
std::optional<int> read_offset(TimeScanner& scanner) {
  const TimeToken first = scanner.take();
  std::int64_t hours = first.number;
  std::int64_t minutes = 0;
  if (first.text.size() == 4) {
    minutes = hours % 100;
    hours /= 100;
  } else if (first.text.size() > 2) {
    return std::nullopt;
  } else if (scanner.take_before_digit(':')) {
    minutes = scanner.take().number;
  }
  if (hours > 14 || minutes > 59) return std::nullopt;
  return static_cast<int>(hours * 60 + minutes);
}

class ExactReader {
 public:
  ExactReader(std::string_view text, const Time& now) : scanner_(text), now_(now) {}

  std::optional<Time> read() {
    while (scanner_.peek().kind != TimeToken::Kind::end) {
      if (!read_piece()) return std::nullopt;
    }
    if (!has_clock_ || year_ < 0 || month_ == 0 || day_ == 0) return std::nullopt;
    if (day_ > days_in_month(year_, month_)) return std::nullopt;
    const std::int32_t zone = zone_.value_or(now_.zone_minutes);
    return Time{seconds_from_civil({year_, month_, day_, hour_, minute_, second_}, zone), zone};
  }

 private:
  bool read_piece() {
    const TimeToken token = scanner_.take();
    switch (token.kind) {
      case TimeToken::Kind::number:
        return read_number(token);
      case TimeToken::Kind::word:
        return read_word(token.text);
      default:
        return read_mark(token.text.front());
    }
  }

  bool read_word(std::string_view word) {
    if (abbreviates(word, "t")) return month_ != 0 && scanner_.peek().kind == TimeToken::Kind::number;
    if (const std::optional<int> minutes = zone_named(word)) return set_zone(*minutes);
    if (const std::optional<int> month = month_number(word)) {
      if (month_ != 0) return false;
      month_ = *month;
      return true;
    }
    return weekday_number(word).has_value();
  }

  bool read_mark(char mark) {
    if (mark == ' ' || mark == ',') return true;
    if ((mark != '+' && mark != '-') || scanner_.peek().kind != TimeToken::Kind::number) return false;
    if (!has_clock_) return false;
    const std::optional<int> minutes = read_offset(scanner_);
    return minutes && set_zone(mark == '-' ? -*minutes : *minutes);
  }

  bool set_zone(int minutes) {
    if (zone_) return false;
    zone_ = minutes;
    return true;
  }

  bool read_number(const TimeToken& token) {
    if (scanner_.take_before_digit(':')) return read_clock(token.number);
    for (const char separator : {'-', '/', '.'}) {
      if (year_ < 0 && month_ == 0 && scanner_.take_before_digit(separator)) {
        return read_joined(token.number, separator);
      }
    }
    if (const std::optional<NumericDate> date = read_compact_date(token)) return set_date(*date);
    if (month_ != 0 && day_ != 0 && !has_clock_ && token.text.size() == 6) return read_compact_clock(token);
    if (day_ == 0 && token.text.size() <= 2 && token.number >= 1 && token.number <= 31) {
      day_ = static_cast<int>(token.number);
      return true;
    }
    const std::optional<int> year = full_year(token.number);
    if (year_ >= 0 || !year || token.text.size() % 2 != 0) return false;
    year_ = *year;
    return true;
  }

  bool read_joined(std::int64_t first, char separator) {
    const std::int64_t second = scanner_.take().number;
    if (!scanner_.take_before_digit(separator)) return false;
    const auto date = read_numeric_date({first, second, scanner_.take().number}, separator, now_);
    return date && date->year >= 0 && set_date(*date);
  }

  bool set_date(const NumericDate& date) {
    if (year_ >= 0 || month_ != 0 || day_ != 0) return false;
    year_ = date.year;
    month_ = date.month;
    day_ = date.day;
    return true;
  }

  bool read_clock(std::int64_t hour) {
    const std::int64_t minute = scanner_.take().number;
    const std::int64_t second = scanner_.take_before_digit(':') ? scanner_.take().number : 0;
    return set_clock(hour, minute, second);
  }
  bool read_compact_clock(const TimeToken& token) {
    return set_clock(token.number / 10'000, token.number / 100 % 100, token.number % 100);
  }
  bool set_clock(std::int64_t hour, std::int64_t minute, std::int64_t second) {
    if (has_clock_ || hour > 24 || minute > 59 || second > 60) return false;
    has_clock_ = true;
    hour_ = static_cast<int>(hour);
    minute_ = static_cast<int>(minute);
    second_ = static_cast<int>(second);
    if (scanner_.take_before_digit('.')) scanner_.take();  // fractions of a second are dropped
    return true;
  }

  TimeScanner scanner_;
  Time now_;
  int year_ = -1, month_ = 0, day_ = 0;
  int hour_ = 0, minute_ = 0, second_ = 0;
  bool has_clock_ = false;
  std::optional<int> zone_;
};

/// "@SECONDS" or a bare number too large for a date, with or without a zone.
std::optional<Time> read_epoch(std::string_view text, const Time& now) {
  constexpr std::int64_t kBareMin = 100'000'000;
  TimeScanner scanner(text);
  const bool marked = scanner.take_before_digit('@');
  const TimeToken number = scanner.take();
  if (number.kind != TimeToken::Kind::number || (!marked && number.number < kBareMin)) return std::nullopt;
  if (scanner.rest().empty()) return Time{number.number, now.zone_minutes};
  if (scanner.take().text != " ") return std::nullopt;
  const std::string_view sign = scanner.take().text;
  if ((sign != "+" && sign != "-") || scanner.peek().kind != TimeToken::Kind::number) return std::nullopt;
  const std::optional<int> minutes = read_offset(scanner);
  if (!minutes || !scanner.rest().empty()) return std::nullopt;
  return Time{number.number, sign == "-" ? -*minutes : *minutes};
}

}  // namespace

std::optional<Time> parse_exact_time(std::string_view text, const Time& now) {
  if (auto time = read_epoch(text, now)) return time;
  return ExactReader(text, now).read();
}

}  // namespace vstore
