#include "workspace/work_compare.h"

#include <deque>
#include <mutex>

#include "store/ingest.h"
#include "vstore/names.h"
#include "workspace/disk_check.h"
#include "workspace/ignore.h"
#include "workspace/input_file.h"
#include "workspace/listing_cache.h"
#include "workspace/work_merge.h"

namespace vstore {
namespace {

// Cache records gathered before they are written.
constexpr std::size_t cache_batch_max = 20'000;

/// A path on its way: settled, or waiting for its content's id.
struct Pending {
  WorkDifference difference;
  os::EntryStat stat;      // as opened
  bool hashed = false;     // its content went through the pipeline
  bool settled = false;
  bool dropped = false;    // turned out to be no difference, or failed
};

/// Feeds the ingest pipeline with the files whose content must be known, and reports everything in order.
/// next() and done() run on different threads at the same time: mutex_ guards what they share.
class Comparison final : public IngestSource {
 public:
  Comparison(Workspace::Impl& ws, const Tree& before, const WorkCompareOptions& options,
             const std::function<void(WorkDifference&&)>& visit, std::vector<PathProblem>& problems)
      : ws_(ws),
        options_(options),
        top_(os::Dir::open(ws.root)),
        clock_(os::Dir::open(ws.metadata_directory)),
        ignore_(top_, ws.store.directory() + "/info/exclude", ws.options.global_ignore_file),
        before_(before),
        listings_(ws.stat_cache(), top_, clock_),
        merge_(before, top_, scan_options(), &ws.stat_cache(), options.matcher),
        visit_(visit),
        problems_(problems) {}

  WorkCompareTotals run() {
    IngestOptions ingest_options;
    ingest_options.threads = ws_.options.threads;
    ingest_options.progress = ws_.options.progress;
    ingest(*this, options_.transaction, ingest_options);
    write_cache();
    listings_.write(true);
    for (const PathProblem& problem : merge_.problems()) {
      if (concerns(problem)) problems_.push_back(problem);
    }
    return totals_;
  }

  // ------------------------------------------------------------------------------ IngestSource --

  std::optional<IngestItem> next() override {
    listings_.write(false);
    while (const MergedPath* at = merge_.next()) {
      std::lock_guard lock(mutex_);
      Pending* pending = consider(*at);
      if (!pending || pending->settled) continue;
      IngestItem item;
      item.context = pending;
      item.size_hint = at->file->stat.size;
      if (at->tracked && at->tracked->kind != Kind::empty_directory) item.displaced = at->tracked->id;
      return item;
    }
    return std::nullopt;
  }

  std::unique_ptr<InputFile> open(const IngestItem& item) override {
    Pending& pending = *static_cast<Pending*>(item.context);
    const std::string& path = pending.difference.path;
    return pending.difference.after->kind == Kind::symlink ? open_symlink(top_, path, pending.stat)
                                                           : open_disk_file(top_, path, pending.stat);
  }

  void done(const IngestItem& item, const IngestResult& result) override {
    std::lock_guard lock(mutex_);
    Pending& pending = *static_cast<Pending*>(item.context);
    totals_.bytes_read += result.size;
    pending.difference.after = Entry{kind_on_disk(pending.stat), result.size, result.content};
    pending.hashed = true;
    settle(pending);
  }

  void failed(const IngestItem& item, const Error& error) override {
    std::lock_guard lock(mutex_);
    Pending& pending = *static_cast<Pending*>(item.context);
    problems_.push_back({pending.difference.path, error.what(), error.code()});
    pending.dropped = true;
    settle(pending);
  }

 private:
  ScanOptions scan_options() {
    ScanOptions scan;
    if (options_.matcher) scan.prefixes = options_.matcher->prefixes();
    if (!options_.take_ignored) {
      scan.ignore = &ignore_;
      scan.report_ignored = options_.report_ignored;
      scan.tracked = [this](std::string_view path) {
        return path.ends_with('/') ? before_.has_directory(path.substr(0, path.size() - 1)) : before_.get(path).has_value();
      };
    }
    scan.listings = &listings_;
    scan.threads = ws_.options.threads;
    return scan;
  }

  /// Decides what a path is: null if it is no difference, else a pending one, settled unless its content
  /// has to be read.
  Pending* consider(const MergedPath& at) {
    if (!at.file) return at.unknown || merely_filled(at) ? nullptr : settled(difference_of(at));
    if (!at.tracked) return consider_untracked(at);
    if (at.tracked->kind == Kind::empty_directory) {
      return at.file->stat.type == os::FileType::directory ? nullptr : settled(difference_of(at));
    }
    if (!readable(at)) return nullptr;
    if (at.known) {
      const Entry now{at.known->kind, at.file->stat.size, at.known->id};
      if (now == *at.tracked) return nullptr;
      if (!options_.transaction) return settled(with_after(difference_of(at), now));
      // The content may not be in the store at all: a cache yields an id, not presence (protocol.md rule 9).
      if (now.id == at.tracked->id) return settled(with_after(difference_of(at), now));
    } else if (!options_.contents && at.file->stat.size != at.tracked->size) {
      return settled(difference_of(at));
    }
    return &pending_.emplace_back(Pending{difference_of(at), {}, false, false, false});
  }

  Pending* consider_untracked(const MergedPath& at) {
    if (at.file->ignored) {
      if (!options_.report_ignored) return nullptr;
      WorkDifference difference = difference_of(at);
      difference.ignored = true;
      return settled(std::move(difference));
    }
    if (!options_.untracked || passed_over(at)) return nullptr;
    if (options_.collapse_untracked) return consider_collapsed(at);
    if (!readable(at)) return nullptr;
    if (at.file->stat.type == os::FileType::directory || !options_.contents) return settled(difference_of(at));
    return &pending_.emplace_back(Pending{difference_of(at), {}, false, false, false});
  }

  Pending* consider_collapsed(const MergedPath& at) {
    if (!collapsed_.empty() && at.path.starts_with(collapsed_)) return nullptr;
    WorkDifference difference = difference_of(at);
    difference.path = merge_.untracked_root(at.path);
    collapsed_ = difference.path.ends_with('/') ? difference.path : std::string();
    return settled(std::move(difference));
  }

  /// Whoever asks for tracked paths only has no use for a directory that can't be read and holds none.
  bool concerns(const PathProblem& problem) const {
    const std::string_view path = problem.path;
    const std::string_view name = path.substr(0, path.size() - path.ends_with('/'));
    return options_.untracked || name.empty() || before_.get(name) || before_.has_directory(name);
  }

  /// An empty directory that something was put into is no deletion worth a word: what is inside shows.
  bool merely_filled(const MergedPath& at) {
    if (options_.transaction || at.tracked->kind != Kind::empty_directory) return false;
    const auto dir = top_.open_beneath(std::string(at.path.substr(0, at.path.size() - 1)));
    return dir.has_value();
  }

  /// As git does it: what can't be versioned is not worth a word, unless somebody asked for that very path.
  bool passed_over(const MergedPath& at) const {
    if (at.file->stat.type != os::FileType::other) return false;
    return !(options_.refuse_special && options_.matcher && options_.matcher->names(at.path));
  }

  /// FIFOs, sockets and devices can't be versioned, nor names that no snapshot may hold.
  bool readable(const MergedPath& at) {
    if (at.file->stat.type == os::FileType::other) {
      problems_.push_back({std::string(at.path), "'" + escape_for_terminal(at.path) + "' is not a regular file, symbolic link or directory",
                           ErrorCode::refused});
      return false;
    }
    if (at.tracked) return true;
    if (const std::string problem = path_problem(at.path); !problem.empty()) {
      problems_.push_back({std::string(at.path), "'" + escape_for_terminal(at.path) + "': " + problem, ErrorCode::refused});
      return false;
    }
    return true;
  }

  static WorkDifference difference_of(const MergedPath& at) {
    WorkDifference difference;
    difference.path = at.path;
    if (at.tracked) difference.before = *at.tracked;
    if (at.file) {
      const Kind kind = kind_on_disk(at.file->stat);
      difference.after = Entry{kind, kind == Kind::empty_directory ? 0 : at.file->stat.size, {}};
    }
    return difference;
  }

  static WorkDifference with_after(WorkDifference difference, const Entry& after) {
    difference.after = after;
    return difference;
  }

  // ---------------------------------------------------------------------- reporting in order --

  Pending* settled(WorkDifference difference) {
    if (pending_.empty()) {
      visit_(std::move(difference));
      return nullptr;
    }
    return &pending_.emplace_back(Pending{std::move(difference), {}, false, true, false});
  }

  void settle(Pending& pending) {
    pending.settled = true;
    drain();
  }

  void drain() {
    while (!pending_.empty() && pending_.front().settled) {
      Pending& front = pending_.front();
      if (front.hashed) remember(front);
      const WorkDifference& difference = front.difference;
      if (!front.dropped && difference.before != difference.after) visit_(std::move(front.difference));
      pending_.pop_front();
    }
  }

  void remember(const Pending& pending) {
    const Entry& now = *pending.difference.after;
    fresh_.push_back({pending.difference.path, {pending.stat, now.kind, now.id, clock_.trusts(pending.stat)}});
    if (fresh_.size() >= cache_batch_max) write_cache();
  }

  void write_cache() {
    if (fresh_.empty()) return;
    StatCache::Batch batch(ws_.stat_cache());
    for (const auto& [path, record] : fresh_) batch.put(path, record);
    batch.commit();
    fresh_.clear();
  }

  Workspace::Impl& ws_;
  const WorkCompareOptions& options_;
  os::Dir top_;
  TrustClock clock_;
  IgnoreRules ignore_;
  Tree before_;
  ListingCache listings_;
  WorkMerge merge_;
  std::string collapsed_;         // first stage only

  std::mutex mutex_;              // guards all below, and the calls of visit_
  const std::function<void(WorkDifference&&)>& visit_;
  std::vector<PathProblem>& problems_;
  std::deque<Pending> pending_;   // in path order; elements stay in place while workers fill their stat
  std::vector<std::pair<std::string, StatRecord>> fresh_;
  WorkCompareTotals totals_;
};

}  // namespace

WorkCompareTotals compare_workspace(Workspace::Impl& ws, const Tree& before, const WorkCompareOptions& options,
                                    const std::function<void(WorkDifference&&)>& visit,
                                    std::vector<PathProblem>& problems) {
  return Comparison(ws, before, options, visit, problems).run();
}

}  // namespace vstore
