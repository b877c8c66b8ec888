#include "history/civil_time.h"

#include <chrono>

namespace vstore {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t days_from_civil(const CivilTime& civil) noexcept {
  using namespace std::chrono;
  const sys_days first = year(civil.year) / month(static_cast<unsigned>(civil.month)) / day(1);
  return first.time_since_epoch().count() + civil.day - 1;
}

}  // namespace

std::int64_t seconds_from_civil(const CivilTime& civil, std::int32_t zone_minutes) noexcept {
  return days_from_civil(civil) * kDaySeconds + civil.hour * 3600 + civil.minute * 60 + civil.second -
         std::int64_t{zone_minutes} * 60;
}

CivilTime civil_from_time(const Time& time) noexcept {
  using namespace std::chrono;
  const sys_seconds local{seconds(time.seconds + std::int64_t{time.zone_minutes} * 60)};
  const sys_days date = floor<days>(local);
  const year_month_day ymd(date);
  const hh_mm_ss clock(local - date);
  return {static_cast<int>(ymd.year()),
          static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

int weekday_of(const CivilTime& civil) noexcept {
  const std::int64_t days = days_from_civil(civil) + 4;  // 1970-01-01 was a Thursday
  return static_cast<int>(((days % 7) + 7) % 7);
}

int days_in_month(int year, int month) noexcept {
  using namespace std::chrono;
  const year_month_day_last last =
      std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) / std::chrono::last;
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

}  // namespace vstore
