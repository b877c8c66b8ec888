// workspace/apply_files.h - brings files on disk to what a snapshot says: removals first, then writes, with
// the stat cache kept in step.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workspace/materialize.h"
#include "workspace/workspace_impl.h"

namespace vstore {

/// `.vstore/checkout`: for files that are renamed into place when complete, or out of the way for a while. Emptied of
/// what a crash left; the workspace's lock must be held.
os::Dir open_scratch(Workspace::Impl& ws);

/// Removes before it adds (protocol.md rule 21). `next` yields what to write, ascending; `totals` of it.
CheckoutResult apply_files(Workspace::Impl& ws, const ObjectReader& reader, const std::vector<std::string>& removals,
                           const std::function<std::optional<WriteItem>()>& next, const Totals& totals);
/// The same for a list.
CheckoutResult apply_files(Workspace::Impl& ws, const ObjectReader& reader, const std::vector<std::string>& removals,
                           std::vector<WriteItem> writes);

/// Marks that a checkout is under way, so that one cut short can tell its own half-written files from the
/// user's when it is run again. Removed by finish().
class CheckoutMark {
 public:
  explicit CheckoutMark(Workspace::Impl& ws);
  /// True if an earlier checkout did not finish.
  bool earlier_was_cut_short() const { return cut_short_; }
  void begin();
  void finish();

 private:
  Workspace::Impl& ws_;
  std::string path_;
  bool cut_short_;
};

/// Throws the first of the problems, if any: for operations that must not go half-way. The default hint is
/// for those that publish afterwards.
void throw_first(const std::vector<PathProblem>& problems,
                 const char* hint = "nothing was published; mend the cause and run the command again");

}  // namespace vstore
