// history/civil_time.h - moments as people write them: year to second in a fixed zone.
#pragma once

#include <cstdint>

#include "vstore/object.h"

namespace vstore {

/// The proleptic Gregorian calendar. `month` and `day` count from 1; weekday 0 is Sunday.
struct CivilTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

/// Seconds since 1970 of a civil time that stands `zone_minutes` east of UTC. Fields may run over (31
/// February is 3 March), the month excepted.
std::int64_t seconds_from_civil(const CivilTime& civil, std::int32_t zone_minutes) noexcept;
CivilTime civil_from_time(const Time& time) noexcept;
/// 0 is Sunday.
int weekday_of(const CivilTime& civil) noexcept;
int days_in_month(int year, int month) noexcept;

}  // namespace vstore
