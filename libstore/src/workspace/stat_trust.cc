// When a record vouches for a file.
//
// The danger: a file is statted and read, then changed again within the same tick of the file system's
// clock, without changing size. Its stat is the same as before, its content is not.
//
// - Coarse clock. Let T be the file system's time before the stat. A file whose ctime is < T when statted,
//   and which changes later, gets a ctime >= T: it differs. A file with a ctime >= T may be
//   in that danger and is not trusted; it is hashed again until a later scan finds it older.
// - Fine-grained times (os/fs_time.h). Having been asked for its times (stat, fstat, statx), the file gets a new ctime
//   with its next change, always. So equal stats mean no change since the first of them. The file must
//   have been read *after* that stat, of course.
//
// What escapes both: writes through a shared memory map whose page was dirty before the stat do not
// move the times until the page is written back and dirtied again (docs/durability.md).
#include <algorithm>

#include "os/fs_time.h"
#include "vstore/error.h"
#include "workspace/stat_cache.h"

namespace vstore {
namespace {

/// Other file systems mounted inside the workspace have clocks of their own; none is coarser than this.
constexpr std::int64_t foreign_clock_slack_ns = 10'000'000'000;

}  // namespace

bool vouches(const StatRecord& record, const os::EntryStat& now) {
  const os::EntryStat& then = record.stat;
  return record.trusted && then.size == now.size && then.mtime_ns == now.mtime_ns &&
         then.ctime_ns == now.ctime_ns && then.inode == now.inode && then.mode == now.mode &&
         then.type == now.type;
}

// Where nothing can be written (read-only, another user's workspace, a failing disk), the time can't be asked for:
// the clock stays at 1970 and trusts nothing.
TrustClock::TrustClock(const os::Dir& directory) : device_(directory.stat_self().device) {
  try {
    now_ns_ = os::fs_now(directory);
    fine_grained_ = os::has_fine_grained_times(directory);
  } catch (const Error&) {
    fine_grained_ = false;
  }
}

bool TrustClock::trusts(const os::EntryStat& stat) const {
  const std::int64_t newest = std::max(stat.mtime_ns, stat.ctime_ns);
  if (stat.device != device_) return newest < now_ns_ - foreign_clock_slack_ns;
  return fine_grained_ || newest < now_ns_;
}

}  // namespace vstore
