// Is the harness worth anything, and is each sync needed? One sync or rename at a time is taken out of a
// recording, as if the code had not made the call; some crash state must then break an invariant.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "crash/sweep.h"

using namespace vstore;
using namespace vstore::crash;

namespace {

using Kind = os::TraceOp::Kind;

bool is_barrier(const os::TraceOp& op) {
  return op.kind == Kind::datasync || op.kind == Kind::sync_directory || op.kind == Kind::rename;
}

/// The name a file had when it was synced, without what differs from run to run.
std::string describe(const os::Trace& trace, std::size_t position) {
  const os::TraceOp& op = trace.ops[position];
  if (op.kind == Kind::rename) return "rename to " + op.to.substr(0, op.to.rfind('/') + 1);
  if (op.kind == Kind::sync_directory) return "sync of directory '" + op.path + "'";
  std::string path;
  for (const auto& [name, file] : trace.initial_files) {
    if (file == op.file) path = name;
  }
  for (std::size_t i = 0; i < position; ++i) {
    const os::TraceOp& before = trace.ops[i];
    if (before.kind == Kind::create && before.file == op.file) path = before.path;
    if (before.kind == Kind::rename && before.file == op.file) path = before.to;
  }
  return "sync of " + (path.ends_with(".pack") ? path.substr(0, path.rfind('/') + 1) + "*.pack" : path);
}

/// How much is looked at to find a fault.
struct Effort {
  std::size_t samples_max;           ///< of each point
  std::uint64_t thorough_every = 0;  ///< as SweepOptions says
};

/// What to look at: crashes from the mutation on, most telling ones first, no more than are needed.
Swept sweep_mutant(Recording recording, std::size_t position, const Effort& effort) {
  recording.name += ", without operation " + std::to_string(position);
  recording.trace.ops.erase(recording.trace.ops.begin() + static_cast<std::ptrdiff_t>(position));
  SweepOptions options;
  options.from = recording.copied ? std::max(position, recording.first_promise()) : position;
  options.thorough_every = effort.thorough_every;
  options.twice_every = 0;
  options.samples_max = effort.samples_max;
  options.faults_max = 1;
  return sweep(recording, options);
}

/// Those that other recordings miss, or that something else makes up for: each test says why.
struct Unmissed {
  std::set<std::string> not_tried;        ///< by this recording
  std::multiset<std::string> not_missed;  ///< exactly these
};

/// Every barrier of the recording but those named must be missed.
void check_mutants(const Recording& recording, const Effort& effort, const Unmissed& unmissed = {}) {
  std::vector<std::size_t> barriers;
  for (std::size_t i = 0; i < recording.trace.ops.size(); ++i) {
    const bool is_rot = std::ranges::count(recording.rotten, i, &RottenFile::position) > 0;
    if (is_barrier(recording.trace.ops[i]) && !is_rot) barriers.push_back(i);
  }
  std::vector<std::string> survived(barriers.size());
  sweep_all(barriers.size(), [&](std::size_t i) {
    const std::string what = describe(recording.trace, barriers[i]);
    if (unmissed.not_tried.contains(what)) return Swept{};
    if (sweep_mutant(recording, barriers[i], effort).faults.empty()) survived[i] = what;
    return Swept{};
  });
  MESSAGE(barriers.size() << " mutants of: " << recording.name);
  std::multiset<std::string> found;
  for (const std::string& what : survived) {
    if (what.empty()) continue;
    MESSAGE("nobody misses the " << what);
    found.insert(what);
  }
  CHECK(found == unmissed.not_missed);
  CHECK(barriers.size() >= 3);
}

}  // namespace

TEST_CASE("making a store and committing: every sync and every rename is missed") {
  check_mutants(record_from_nothing({Step::commit, Step::add}), {2000});
}

TEST_CASE("fold, commits, a ref deleted: every sync and every rename is missed") {
  check_mutants(record({Step::fold, Step::commit, Step::amend, Step::delete_ref, Step::fold}), {2000});
}

TEST_CASE("writers that are published together: every sync and every rename is missed") {
  check_mutants(record({Step::group, Step::commit}), {2000});
}

TEST_CASE("a commit too large for one pack: every sync and every rename is missed") {
  check_mutants(record({Step::bulk}), {8});
}

// The dead process had synced its packs and their names before it wrote the slot, so here only the root is
// not durable; that recovery syncs the rest too is needed by copies.
TEST_CASE("after a process that was killed: the sync of the root is missed") {
  check_mutants(record({Step::die}), {2000}, {{"sync of s/packs/*.pack", "sync of directory 's/packs'"}, {}});
}

// The publish that follows syncs the root and the names in packs/ once more before anything is promised.
TEST_CASE("in a copied store: what only recovery syncs is missed") {
  check_mutants(record_copy({Step::commit}), {600}, {{"sync of s/root", "sync of directory 's/packs'"}, {}});
}

TEST_CASE("collecting: every sync and every rename is missed") {
  check_mutants(record({Step::amend, Step::collect, Step::commit}), {600});
}

TEST_CASE("repair: every sync and every rename is missed") {
  check_mutants(record({Step::repair, Step::commit}), {600});
}

// Without the sync between the two slots a cut may tear both; then the repair that is needed anyway takes the
// root from the packs. The sync keeps what is whole readable until then.
TEST_CASE("repair of a pack: every sync and every rename is missed") {
  check_mutants(record({Step::commit, Step::repair_pack, Step::commit}), {600}, {{}, {"sync of s/root"}});
}

// No commit after it: that one would recover, and sync once more what is durable already. The name of
// damaged/ becomes durable with that of the new file at the latest.
TEST_CASE("repair of the file 'format': every sync and every rename is missed") {
  check_mutants(record({Step::repair_format}), {600}, {{}, {"sync of directory 's'"}});
}

TEST_CASE("repair of a lost root: every sync and every rename is missed") {
  check_mutants(record({Step::repair_root, Step::commit}), {600});
}
