// Dates as people write them. `now` is Friday, 31 July 2026, 15:04:05, two hours east of UTC. Whatever git
// understands too must mean the same to it: where git is installed, it is asked.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "history/civil_time.h"
#include "support/random.h"
#include "unit/history/git_repo.h"
#include "vstore/error.h"
#include "vstore/revision.h"

using namespace vstore;

namespace {

const Time kNow{1785503045, 120};

struct Case {
  const char* text;
  const char* expected;  // in the zone of `now` unless it ends in a zone
  bool git = true;       // git reads it the same way
};

const Case kCases[] = {
    // Exact dates.
    {"2026-01-02 03:04:05", "2026-01-02 03:04:05"},
    {"2026-01-02 03:04:05 +0100", "2026-01-02 03:04:05 +0100"},
    {"2026-01-02 03:04:05 -0330", "2026-01-02 03:04:05 -0330"},
    {"2026-01-02 03:04:05+01:00", "2026-01-02 03:04:05 +0100"},
    {"2026-01-02T03:04:05Z", "2026-01-02 03:04:05 +0000"},
    {"2026-01-02T03:04:05.678Z", "2026-01-02 03:04:05 +0000"},
    {"2026-01-02T03:04:05+0530", "2026-01-02 03:04:05 +0530"},
    {"2026-01-02T03:04", "2026-01-02 03:04:00"},
    {"20260102T030405", "2026-01-02 03:04:05"},
    {"20260102T030405Z", "2026-01-02 03:04:05 +0000"},
    {"2026/01/02 03:04:05", "2026-01-02 03:04:05"},
    {"02.01.2026 03:04", "2026-01-02 03:04:00"},
    {"01/02/2026 03:04", "2026-01-02 03:04:00"},
    {"25/12/2025 03:04", "2025-12-25 03:04:00"},
    {"Fri, 2 Jan 2026 03:04:05 +0100", "2026-01-02 03:04:05 +0100"},
    {"2 Jan 2026 03:04:05 GMT", "2026-01-02 03:04:05 +0000"},
    {"Fri Jan 2 03:04:05 2026", "2026-01-02 03:04:05"},
    {"Fri Jan  2 03:04:05 2026 -0800", "2026-01-02 03:04:05 -0800"},
    {"Fri Jan 2 03:04:05 PST 2026", "2026-01-02 03:04:05 -0800"},
    {"@1767323045 +0100", "2026-01-02 04:04:05 +0100"},
    {"@1767323045", "2026-01-02 05:04:05"},
    {"1767323045 -0500", "2026-01-01 22:04:05 -0500"},
    {"@0 +0000", "1970-01-01 00:00:00 +0000"},
    // A date alone has the time of day of now; a time of day alone is today's.
    {"2026-01-02", "2026-01-02 15:04:05"},
    {"2026.01.02", "2026-01-02 15:04:05"},
    {"01/02/2026", "2026-01-02 15:04:05"},
    {"20260102", "2026-01-02 15:04:05", false},
    {"Jan 2", "2026-01-02 15:04:05"},
    {"January 2nd", "2026-01-02 15:04:05"},
    {"2 jan 2025", "2025-01-02 15:04:05"},
    {"Dec 24", "2025-12-24 15:04:05"},
    {"March", "2026-03-31 15:04:05"},
    {"3:00", "2026-07-31 03:00:00"},
    {"15:00", "2026-07-31 15:00:00"},
    {"Jun 6, 5AM", "2026-06-06 05:00:00"},
    {"5AM Jun 6", "2026-06-06 05:00:00"},
    {"6AM, June 7, 2009", "2009-06-07 06:00:00"},
    {"Jan 2 2026 3:04 PM", "2026-01-02 15:04:00"},
    {"12am yesterday", "2026-07-30 00:00:00"},
    {"12pm yesterday", "2026-07-30 12:00:00"},
    // Phrases.
    {"now", "2026-07-31 15:04:05"},
    {"today", "2026-07-31 15:04:05"},
    {"yesterday", "2026-07-30 15:04:05"},
    {"YESTERDAY", "2026-07-30 15:04:05"},
    {"tomorrow", "2026-08-01 15:04:05", false},
    {"noon", "2026-07-31 12:00:00"},
    {"midnight", "2026-07-31 00:00:00"},
    {"tea", "2026-07-30 17:00:00"},
    {"noon yesterday", "2026-07-30 12:00:00"},
    {"6pm yesterday", "2026-07-30 18:00:00"},
    {"yesterday 6:30", "2026-07-30 06:30:00"},
    {"5 seconds ago", "2026-07-31 15:04:00"},
    {"10 minutes ago", "2026-07-31 14:54:05"},
    {"5.hours.ago", "2026-07-31 10:04:05"},
    {"3 days ago", "2026-07-28 15:04:05"},
    {"three days ago", "2026-07-28 15:04:05"},
    {"a week ago", "2026-07-24 15:04:05", false},
    {"2 weeks ago", "2026-07-17 15:04:05"},
    {"2.weeks.3.days.ago", "2026-07-14 15:04:05"},
    {"2 months ago", "2026-05-31 15:04:05"},
    {"5 months ago", "2026-03-03 15:04:05"},  // 31 February
    {"8 months ago", "2025-12-01 15:04:05"},  // 31 November
    {"1 year ago", "2025-07-31 15:04:05"},
    {"2 years 3 months ago", "2024-05-01 15:04:05"},
    {"last week", "2026-07-24 15:04:05"},
    {"last month", "2026-07-01 15:04:05"},
    {"last year", "2025-07-31 15:04:05"},
    {"last friday", "2026-07-24 15:04:05"},
    {"last thursday", "2026-07-30 15:04:05"},
    {"last tuesday noon", "2026-07-28 12:00:00"},
    {"2 mondays ago", "2026-07-20 15:04:05", false},
    {"monday", "2026-07-27 15:04:05", false},
    {"never", "1970-01-01 00:00:00 +0000"},
};

std::string shown(const Time& time, bool with_zone) {
  const CivilTime c = civil_from_time(time);
  const int zone = std::abs(time.zone_minutes);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
                c.second);
  std::string out = text;
  std::snprintf(text, sizeof text, " %c%02d%02d", time.zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
  return with_zone ? out + text : out;
}

/// What git makes of a date in a zone two hours east of UTC.
std::int64_t seconds_by_git(const test::GitRepo& repo, const std::string& text) {
  const std::string answer = repo.run("rev-parse --since='" + text + "'",
                                      "TZ=XYZ-2 GIT_TEST_DATE_NOW=" + std::to_string(kNow.seconds));
  long long seconds = -1;
  return std::sscanf(answer.c_str(), "--max-age=%lld", &seconds) == 1 ? seconds : -1;
}

}  // namespace

TEST_CASE("dates") {
  for (const Case& c : kCases) {
    CAPTURE(c.text);
    const std::string expected = c.expected;
    const bool with_zone = expected.size() > 19;
    Time time;
    REQUIRE_NOTHROW(time = parse_time(c.text, kNow));
    if (std::string(c.text) == "never") {
      CHECK(time.seconds == 0);
      continue;
    }
    CHECK(shown(time, with_zone) == expected);
    if (!with_zone) CHECK(time.zone_minutes == kNow.zone_minutes);
  }
}

TEST_CASE("git reads the same dates the same way") {
  const test::GitRepo repo;
  if (!repo.works()) return;
  for (const Case& c : kCases) {
    if (!c.git) continue;
    CAPTURE(c.text);
    CHECK(parse_time(c.text, kNow).seconds == seconds_by_git(repo, c.text));
  }
}

TEST_CASE("what is no date is a usage error that quotes it and shows how") {
  for (const char* text :
       {"", "foo", "yesterdayish", "2026-13-45", "2026-02-30", "25:00", "3 bananas ago", "ago", "days",
        "2026-01-02 03:04:05 +9900", "@", "@12x", "99999999999999999999999 days ago", "99999 years ago",
        "1 2 3 4", "2026-01-02 XYZ"}) {
    CAPTURE(text);
    try {
      parse_time(text, kNow);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::usage);
      CHECK(std::string(error.what()) == "cannot understand the date '" + std::string(text) + "'");
      CHECK_FALSE(error.hint().empty());
    }
  }
}

TEST_CASE("any moment comes back from its civil time, and from its ISO form") {
  const std::uint64_t seed = test::test_seed();
  CAPTURE(seed);
  test::Random random(seed);
  for (int i = 0; i < 20000; ++i) {
    const Time time{static_cast<std::int64_t>(random.below(4102444800)),
                    static_cast<int>(random.below(1600)) - 720};
    CHECK(seconds_from_civil(civil_from_time(time), time.zone_minutes) == time.seconds);
    const std::string text = shown(time, true);
    const int year = civil_from_time(time).year;
    if (std::abs(time.zone_minutes) > 14 * 60 || year < 1970 || year > 2099) continue;  // as git: no such dates
    const Time parsed = parse_time(text, kNow);
    if (parsed != time) FAIL(text);
  }
  CHECK(civil_from_time({-1, 0}).year == 1969);
  CHECK(weekday_of({2026, 7, 31}) == 5);
}
