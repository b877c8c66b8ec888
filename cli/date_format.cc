#include "cli/date_format.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace vstore::cli {
namespace {

constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// False for a year beyond int.
bool split(const Time& time, std::tm& parts) {
  const std::time_t local = time.seconds + std::int64_t{time.zone_minutes} * 60;
  return ::gmtime_r(&local, &parts) != nullptr;
}

std::string zone_text(const Time& time) {
  const int zone = std::abs(time.zone_minutes);
  char text[16];
  std::snprintf(text, sizeof text, "%c%02d%02d", time.zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
  return text;
}

const char* day(const std::tm& parts) { return kDays[static_cast<std::size_t>(parts.tm_wday)]; }
const char* month(const std::tm& parts) { return kMonths[static_cast<std::size_t>(parts.tm_mon)]; }
long long year(const std::tm& parts) { return parts.tm_year + 1900LL; }

std::string ago(std::int64_t count, const char* unit) {
  return std::to_string(count) + " " + unit + (count == 1 ? "" : "s") + " ago";
}

std::string years_ago(std::int64_t days) {
  const std::int64_t months = (days * 12 * 2 + 365) / (365 * 2);
  if (months % 12 == 0) return ago(months / 12, "year");
  const std::int64_t years = months / 12;
  return std::to_string(years) + (years == 1 ? " year, " : " years, ") + ago(months % 12, "month");
}

}  // namespace

std::string git_date(const Time& time) {
  std::tm parts{};
  if (!split(time, parts)) return "@" + std::to_string(time.seconds);
  char text[80];
  std::snprintf(text, sizeof text, "%s %s %d %02d:%02d:%02d %lld ", day(parts), month(parts), parts.tm_mday, parts.tm_hour,
                parts.tm_min, parts.tm_sec, year(parts));
  return text + zone_text(time);
}

std::string iso_like_date(const Time& time) {
  std::tm parts{};
  if (!split(time, parts)) return "@" + std::to_string(time.seconds);
  char text[80];
  std::snprintf(text, sizeof text, "%04lld-%02d-%02d %02d:%02d:%02d ", year(parts), parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text + zone_text(time);
}

std::string human_date(const Time& time, const Time& now) {
  std::tm parts{}, today{};
  if (!split(time, parts) || !split(now, today)) return "@" + std::to_string(time.seconds);
  const bool same_year = parts.tm_year == today.tm_year;
  const bool same_month = same_year && parts.tm_mon == today.tm_mon;
  if (same_month && parts.tm_mday == today.tm_mday) return relative_date(time, now);
  const bool some_days_ago = same_month && parts.tm_mday < today.tm_mday && parts.tm_mday + 5 > today.tm_mday;
  char text[64];
  std::string date = same_year ? std::string(day(parts)) + " " : "";
  if (!some_days_ago) {
    std::snprintf(text, sizeof text, "%s %d ", month(parts), parts.tm_mday);
    date += text;
  }
  if (!same_year) return date + std::to_string(year(parts));
  std::snprintf(text, sizeof text, "%02d:%02d", parts.tm_hour, parts.tm_min);
  return date + text + (some_days_ago && time.zone_minutes != now.zone_minutes ? " " + zone_text(time) : "");
}

std::string rfc_date(const Time& time) {
  std::tm parts{};
  if (!split(time, parts)) return "@" + std::to_string(time.seconds);
  char text[80];
  std::snprintf(text, sizeof text, "%s, %d %s %lld %02d:%02d:%02d ", day(parts), parts.tm_mday, month(parts), year(parts),
                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text + zone_text(time);
}

// The steps are git's.
std::string relative_date(const Time& time, const Time& now) {
  if (now.seconds < time.seconds) return "in the future";
  std::int64_t passed = now.seconds - time.seconds;
  if (passed < 90) return ago(passed, "second");
  passed = (passed + 30) / 60;
  if (passed < 90) return ago(passed, "minute");
  passed = (passed + 30) / 60;
  if (passed < 36) return ago(passed, "hour");
  const std::int64_t days = (passed + 12) / 24;
  if (days < 14) return ago(days, "day");
  if (days < 70) return ago((days + 3) / 7, "week");
  if (days < 365) return ago((days + 15) / 30, "month");
  if (days < 1825) return years_ago(days);
  return ago((days + 183) / 365, "year");
}

}  // namespace vstore::cli
