#include "workspace/apply_files.h"

#include "workspace/remove_files.h"
#include "workspace/stat_cache.h"

namespace vstore {
namespace {

constexpr std::size_t cache_batch_max = 20'000;

/// Records what was written, in batches.
class CacheUpdates {
 public:
  explicit CacheUpdates(Workspace::Impl& ws) : ws_(ws), clock_(os::Dir::open(ws.metadata_directory)) {}
  ~CacheUpdates() { write(); }

  void wrote(const WriteItem& item, const os::EntryStat& stat) {
    if (item.entry.kind == Kind::empty_directory) return;
    fresh_.push_back({item.path, {stat, item.entry.kind, item.entry.id, clock_.trusts(stat)}});
    if (fresh_.size() >= cache_batch_max) write();
  }

 private:
  void write() {
    StatCache::Batch batch(ws_.stat_cache());
    for (const auto& [path, record] : fresh_) batch.put(path, record);
    fresh_.clear();
  }

  Workspace::Impl& ws_;
  TrustClock clock_;
  std::vector<std::pair<std::string, StatRecord>> fresh_;
};

}  // namespace

os::Dir open_scratch(Workspace::Impl& ws) {
  const os::Dir metadata = os::Dir::open(ws.metadata_directory);
  metadata.make_directory("checkout");
  auto scratch = metadata.open_beneath("checkout");
  if (!scratch) throw Error(ErrorCode::io, "cannot open '" + ws.metadata_directory + "/checkout'");
  os::DirNames names;
  scratch->read_names(names);
  for (const auto& name : names.names()) scratch->unlink(std::string(names.text(name)));
  return std::move(*scratch);
}

CheckoutResult apply_files(Workspace::Impl& ws, const ObjectReader& reader, const std::vector<std::string>& removals,
                           const std::function<std::optional<WriteItem>()>& next, const Totals& totals) {
  CheckoutResult result;
  const os::Dir top = os::Dir::open(ws.root);
  const os::Dir scratch = open_scratch(ws);
  result.removed = remove_files(top, removals, result.problems);
  CacheUpdates cache(ws);
  MaterializeOptions options;
  options.scratch = &scratch;
  options.threads = ws.options.threads;
  options.progress = ws.options.progress;
  const auto written = [&](const WriteItem& item, const os::EntryStat& stat) {
    ++result.written;
    result.bytes += item.entry.size;
    cache.wrote(item, stat);
  };
  if (options.progress) options.progress->phase("checking out files", totals.count, totals.bytes);
  materialize(reader, top, next, written, result.problems, options);
  return result;
}

CheckoutResult apply_files(Workspace::Impl& ws, const ObjectReader& reader, const std::vector<std::string>& removals,
                           std::vector<WriteItem> writes) {
  Totals totals{writes.size(), 0};
  for (const WriteItem& item : writes) totals.bytes += item.entry.size;
  std::size_t at = 0;
  const auto next = [&]() -> std::optional<WriteItem> {
    if (at == writes.size()) return std::nullopt;
    return std::move(writes[at++]);
  };
  return apply_files(ws, reader, removals, next, totals);
}

CheckoutMark::CheckoutMark(Workspace::Impl& ws)
    : ws_(ws), path_(ws.metadata_directory + "/checkout.unfinished"), cut_short_(ws.fs().stat(path_).has_value()) {}

/// Durable before the first file is touched: after a power cut the half-written files may be there and must not be
/// there alone. Taking it away needs no sync: a mark too many does no harm.
void CheckoutMark::begin() {
  if (!ws_.fs().stat(path_)) ws_.fs().create(path_);
  ws_.fs().sync_directory(ws_.metadata_directory);
}

void CheckoutMark::finish() { ws_.fs().unlink(path_); }

void throw_first(const std::vector<PathProblem>& problems, const char* hint) {
  if (problems.empty()) return;
  const std::string more = problems.size() > 1 ? " (and " + std::to_string(problems.size() - 1) + " more)" : "";
  throw Error(problems.front().code, problems.front().message + more, hint);
}

}  // namespace vstore
