// cli/date_format.h - moments in git's forms.
#pragma once

#include <string>

#include "vstore/object.h"

namespace vstore::cli {

/// "Fri May 1 12:00:00 2026 +0200", in the zone the moment was written in, as are the next two.
std::string git_date(const Time& time);
/// "2026-05-01 12:00:00 +0200"
std::string iso_like_date(const Time& time);
/// "Fri, 1 May 2026 12:00:00 +0200"
std::string rfc_date(const Time& time);
/// The shorter the nearer it is to `now`: "2 hours ago", "Tue 12:00", "May 1 12:00", "May 1 2026"; in git's manner.
std::string human_date(const Time& time, const Time& now);
/// "3 weeks ago", as git rounds it.
std::string relative_date(const Time& time, const Time& now);

}  // namespace vstore::cli
